import type { ShadowTracks } from '#shared/contracts/shadow-tracks.ts';
import { dayOfMs, formatDay } from '#shared/core/calendar-day.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { shadowIndexObject, shadowSummaryObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import type { ReportDeps } from '#shared/reports/report-release.ts';
import { releaseIndexCsv, trackSummaryCsv } from '#shared/shadow/release-index.ts';
import { renderShadowRelease } from '#shared/shadow/shadow-release.ts';
import { readParams } from '../golden/pool-params.ts';
import { depsOver, LAB_NOW_MS, memoryStores, publishInput, type Stores, V1, V2 } from '../release/support/release-lab.ts';
import { sampleDecision, sampleWeights } from '../release/support/sample-a.ts';

export const TRACKS: ShadowTracks['tracks'] = [
  {
    track_id: 'official_baseline',
    profile_name: 'baseline_blended_rank',
    target_mode: 'blended_rank_pct',
    source_track: 'official_baseline',
    candidate_status: 'official_reference',
  },
  {
    track_id: 'challenger_topk_60',
    profile_name: 'challenger_topk_60',
    target_mode: 'future_topk_label_60',
    source_track: 'shadow_candidate',
    candidate_status: 'shadow_candidate',
  },
];

/** Stores with two published releases, and the reports' view of them at `nowMs`. */
export async function publishedStores(): Promise<Stores> {
  const stores = memoryStores();
  for (const version of [V1, V2]) {
    const result = await publish(depsOver(stores), publishInput(version));
    if (result.outcome !== 'COMMITTED') throw new Error(`${version}: ${result.outcome}`);
  }
  return stores;
}

export function reportDeps(stores: Stores, nowMs = LAB_NOW_MS): ReportDeps {
  return {
    release: depsOver(stores),
    validation: () => ({
      profile: 'strict',
      referenceDate: formatDay(dayOfMs(nowMs)),
      time: { nowMs },
      regimeWeights: sampleWeights,
    }),
  };
}

/** Writes the tables that `shadow` leaves for V2; the challenger drops the official first symbol. */
export async function shadowTables(stores: Stores, lastAsOf = V2.slice(0, 10)): Promise<void> {
  const { layout } = depsOver(stores);
  const put = (name: string, text: string) =>
    stores.objects.put(name, utf8(text), { ifGenerationMatch: ABSENT, contentType: 'text/csv' });
  const params = readParams('core_major');
  const summarised = [];
  for (const [t, track] of TRACKS.entries()) {
    const manifests = [V1.slice(0, 10), lastAsOf].map((asOfDate) => {
      const members = sampleDecision.members.map((member, k) => ({ ...member, selected: k >= t && k < 5 + t }));
      const decision = { ...sampleDecision, asOfDate, members };
      return renderShadowRelease(decision, { track, params, activationDate: '2026-03-14', version: undefined }).manifest;
    });
    await put(shadowIndexObject(layout, track.track_id, V2), releaseIndexCsv(manifests));
    summarised.push({ track, manifests, indexPath: `../${track.track_id}/release_index/${V2}.csv` });
  }
  await put(shadowSummaryObject(layout, V2), trackSummaryCsv(summarised));
}

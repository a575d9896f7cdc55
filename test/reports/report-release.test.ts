import { describe, expect, it } from 'vitest';
import { decodeContract } from '#shared/contracts/decode.ts';
import {
  BUNDLE_FILES,
  monthlyReviewSchema,
  releaseStatusSchema,
  reportBundleSchema,
  shadowBuildSummarySchema,
} from '#shared/contracts/release-reports.ts';
import { currentObject, heartbeatObject, releaseObject, reportObject } from '#shared/release/layout.ts';
import { rollback } from '#shared/release/rollback.ts';
import { periodOf } from '#shared/reports/report-period.ts';
import { reportAct, reportPeriod } from '#shared/reports/report-release.ts';
import { CrashError, faultWire } from '../faults/fault-wire.ts';
import { faultyObjectStore } from '../faults/faulty-object-store.ts';
import { flipped, overwrite } from '../release/support/foreign-writes.ts';
import { approval, depsOver, LAB_NOW_MS, type Stores, V1, V2 } from '../release/support/release-lab.ts';
import { publishedStores, reportDeps, shadowTables } from './report-lab.ts';

const PLACE = { kind: 'release', period: `${V2}/0000000002` } as const;

async function reported(stores: Stores, place: { readonly kind: string; readonly period: string } = PLACE) {
  const { layout } = depsOver(stores);
  const prefix = reportObject(layout, place.kind, place.period, '');
  const stats = await stores.objects.list(prefix);
  const entries = stats.map(async ({ name }) => [name.slice(prefix.length), (await stores.objects.get(name))!.bytes] as const);
  const files = new Map(await Promise.all(entries));
  const text = (file: string): string => new TextDecoder().decode(files.get(file));
  return { files, text };
}

function decoded<T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('the report on an act', () => {
  it('says everything that the contract asks for, in ten files', async () => {
    const stores = await publishedStores();
    await shadowTables(stores);
    expect(await reportAct(reportDeps(stores))).toMatchObject({ kind: 'done', version: V2, place: PLACE });
    const { files, text } = await reported(stores);
    expect([...files.keys()]).toEqual([...BUNDLE_FILES].toSorted());

    const status = decoded(decodeContract(releaseStatusSchema, files.get('release_status_summary.json')!, 'status'));
    expect(status).toMatchObject({
      official_release: { as_of_date: '2026-03-13', version: V2, mode: 'core_major', pool_size: 5 },
      artifact_summary: {
        latest_universe_symbol_count: 7,
        latest_ranking_row_count: 7,
        latest_ranking_selected_count: 5,
        artifact_contract_version: 'crypto_live_pool_rotation.live_pool.v1',
      },
      publish_summary: { dry_run: false, publish_enabled: true, publish_seq: 2, action: 'publish', high_water: V2, hold: null },
      validation: { ok: true, artifact_manifest_present: true, age_days: 20, errors: [] },
    });
    expect(status.artifact_summary.ranking_preview[0]).toEqual({
      current_rank: 1,
      symbol: 'TRXUSDT',
      final_score: 0.9785714285714285,
      selected_flag: true,
    });
    expect(status.artifact_summary.ranking_preview).toHaveLength(5);
    expect(status.artifact_paths.live_pool).toBe(`gs://bucket/crypto-live-pool-pipelines/releases/${V2}/live_pool.json`);

    const summary = decoded(decodeContract(shadowBuildSummarySchema, files.get('monthly_shadow_build_summary.json')!, 's'));
    expect(summary.official_baseline).toMatchObject({ profile: 'baseline_blended_rank', version: V2, pool_size: 5 });
    expect(summary.shadow_candidate_tracks.tracks.map(({ track_id }) => track_id)).toEqual([
      'official_baseline',
      'challenger_topk_60',
    ]);

    const review = decoded(decodeContract(monthlyReviewSchema, files.get('monthly_review.json')!, 'review'));
    expect(review.tracks[1]!.latest).toMatchObject({
      overlap_with_official: 4,
      only_in_official: ['TRXUSDT'],
      pool_stability: 1,
      pool_churn: 0,
    });
    expect(review.warnings.filter((text) => !text.startsWith('warning: '))).toEqual([]);

    const bundle = decoded(decodeContract(reportBundleSchema, files.get('monthly_report_bundle.json')!, 'bundle'));
    expect(bundle).toMatchObject({ artifact_name: 'monthly-report-2026-03-13', report_month: '2026-03', version: V2 });
    for (const file of BUNDLE_FILES) expect(files.get(file)!.length).toBeGreaterThan(80);
    expect(text('release_status_summary.md')).toContain('#1 TRXUSDT score 0.978571, selected');
    expect(text('monthly_review.md')).toContain('only here: ADAUSDT; only official: TRXUSDT');
    expect(text('ai_review_input.md')).toContain('approves, publishes and edits nothing');
  });

  it('is made once, with the same bytes whenever it is asked for', async () => {
    const [early, late] = [await publishedStores(), await publishedStores()];
    for (const stores of [early, late]) await shadowTables(stores);
    await reportAct(reportDeps(early));
    await reportAct(reportDeps(late));
    expect((await reported(late)).files).toEqual((await reported(early)).files);
    expect(await reportAct(reportDeps(early, LAB_NOW_MS + 86_400_000))).toMatchObject({ kind: 'duplicate' });
    expect((await reported(early)).files).toEqual((await reported(late)).files);
  });

  it('waits with the bundle until the release is shadowed, and not with the rest', async () => {
    const stores = await publishedStores();
    expect(await reportAct(reportDeps(stores))).toMatchObject({ kind: 'waiting' });
    expect([...(await reported(stores)).files.keys()]).toEqual(['release_status_summary.json', 'release_status_summary.md']);
    await shadowTables(stores);
    expect(await reportAct(reportDeps(stores))).toMatchObject({ kind: 'done' });
    expect((await reported(stores)).files.size).toBe(BUNDLE_FILES.length);
  });

  it('warns of every disagreement, at most four of them in the message', async () => {
    const stores = await publishedStores();
    await shadowTables(stores, '2026-03-31');
    await reportAct(reportDeps(stores));
    const { files, text } = await reported(stores);
    const review = decoded(decodeContract(monthlyReviewSchema, files.get('monthly_review.json')!, 'review'));
    expect(review.status).toBe('warning');
    expect(review.warnings).toContain('official_baseline does not end at the release: 2026-03-31 and 2026-03-13');
    expect(review.tracks[0]!.latest).toBeNull();
    expect(text('monthly_telegram.txt').match(/^warning: /gm)!.length).toBeLessThanOrEqual(4);
  });

  it('speaks of the rollback after a rollback', async () => {
    const stores = await publishedStores();
    await rollback(depsOver(stores), { runKey: 'manual:back', target: V1, approval });
    expect(await reportAct(reportDeps(stores))).toMatchObject({ version: V1, place: { period: `${V1}/0000000003` } });
    const { files } = await reported(stores, { kind: 'release', period: `${V1}/0000000003` });
    const status = decoded(decodeContract(releaseStatusSchema, files.get('release_status_summary.json')!, 'status'));
    expect(status.publish_summary).toMatchObject({ action: 'rollback', publish_seq: 3, high_water: V2 });
  });

  it('has nothing to say before the first act', async () => {
    const { objects, documents } = await publishedStores();
    const empty = { objects, documents: { ...documents, get: async () => null, list: async () => [] } };
    await expect(reportAct(reportDeps(empty))).rejects.toMatchObject({ code: 'NO_RELEASE' });
  });
});

describe('a release that is damaged', () => {
  it('is reported as an error, with the reason', async () => {
    const stores = await publishedStores();
    await shadowTables(stores);
    const { layout } = depsOver(stores);
    const name = releaseObject(layout, V2, 'live_pool.json');
    await overwrite(stores, name, flipped((await stores.objects.get(name))!.bytes));
    // The heartbeat stands already; what it would be made from cannot be trusted any more.
    await expect(reportAct(reportDeps(stores))).rejects.toMatchObject({ code: 'READBACK_MISMATCH' });
    const { files } = await reported(stores);
    const status = decoded(decodeContract(releaseStatusSchema, files.get('release_status_summary.json')!, 'status'));
    expect(status.status).toBe('error');
    expect(status.validation.errors.join('\n')).toContain(name);
    expect(files.has('monthly_report_bundle.json')).toBe(true);
  });
});

describe('a release that has lost a file', () => {
  it.each(['live_pool.json', 'latest_ranking.csv', 'artifact_manifest.json', 'latest_universe.json'] as const)(
    'is reported without %s, in the shape of the contract',
    async (file) => {
      const stores = await publishedStores();
      await shadowTables(stores);
      await overwrite(stores, releaseObject(depsOver(stores).layout, V2, file), null);
      await reportAct(reportDeps(stores)).catch(() => undefined);
      const { files } = await reported(stores);
      const status = decoded(decodeContract(releaseStatusSchema, files.get('release_status_summary.json')!, 'status'));
      expect([status.status, status.official_release.version]).toEqual(['error', V2]);
      expect(status.validation.errors.join('\n')).toContain(file);
      decoded(decodeContract(monthlyReviewSchema, files.get('monthly_review.json')!, 'review'));
      decoded(decodeContract(shadowBuildSummarySchema, files.get('monthly_shadow_build_summary.json')!, 'summary'));
      decoded(decodeContract(reportBundleSchema, files.get('monthly_report_bundle.json')!, 'bundle'));
    },
  );
});

describe('the heartbeat', () => {
  it('is written by the report where the publisher was killed before it', async () => {
    const stores = await publishedStores();
    const name = heartbeatObject(depsOver(stores).layout, V2);
    const written = (await stores.objects.get(name))!.bytes;
    await overwrite(stores, name, null);
    await reportAct(reportDeps(stores));
    expect((await stores.objects.get(name))!.bytes).toEqual(written);
  });

  it('is there however the report ends: killed at any call after it, or with tables that nobody can read', async () => {
    const stores = await publishedStores();
    await shadowTables(stores);
    const wire = faultWire();
    const counting = wire.process('p');
    await reportAct(reportDeps({ ...stores, objects: faultyObjectStore(stores.objects, counting) }));
    const calls = counting.callCount();
    const beat = wire.log.findIndex(({ operation, target }) => operation === 'stat' && target.includes('/monthly/'));
    for (let call = 0; call < calls; call++) {
      const world = await publishedStores();
      await shadowTables(world);
      const name = heartbeatObject(depsOver(world).layout, V2);
      await overwrite(world, name, null);
      const process = faultWire().process('p', [{ call, effect: 'none', outcome: 'error' }]);
      const deps = reportDeps({ ...world, objects: faultyObjectStore(world.objects, process) });
      await reportAct(deps).catch((error: unknown) => expect(error).not.toBeInstanceOf(CrashError));
      expect((await world.objects.stat(name)) !== null, `after a failure at call ${call}`).toBe(call > beat + 1);
      await reportAct(reportDeps(world));
      expect(await world.objects.stat(name)).not.toBeNull();
      expect((await reported(world)).files.size).toBe(BUNDLE_FILES.length);
    }
    expect(calls).toBeGreaterThan(beat + 10);
  });
});

describe('a periodic report', () => {
  it('holds the status of its day, week or month once', async () => {
    const stores = await publishedStores();
    await shadowTables(stores);
    const daily = { kind: 'daily', period: periodOf('daily', LAB_NOW_MS) } as const;
    expect(await reportPeriod(reportDeps(stores), daily, LAB_NOW_MS)).toMatchObject({ kind: 'done', status: 'warning' });
    expect(await reportPeriod(reportDeps(stores), daily, LAB_NOW_MS)).toMatchObject({ kind: 'duplicate' });
    expect([...(await reported(stores, daily)).files.keys()]).toHaveLength(2);
    const monthly = { kind: 'monthly', period: periodOf('monthly', LAB_NOW_MS) } as const;
    await reportPeriod(reportDeps(stores), monthly, LAB_NOW_MS);
    const { text } = await reported(stores, monthly);
    expect(text('monthly_report_bundle.json')).toContain('"generation_timestamp_utc": "2026-04-02T03:15:00+00:00"');
  });

  it.each([
    ['daily', '2026-11-20T23:59:59Z', '2026-11-20'],
    ['monthly', '2026-11-01T00:00:00Z', '2026-11'],
    ['weekly', '2026-11-20T00:40:00Z', '2026-W47'],
    ['weekly', '2026-12-31T00:40:00Z', '2026-W53'],
    ['weekly', '2027-01-03T00:40:00Z', '2026-W53'],
    ['weekly', '2027-01-04T00:40:00Z', '2027-W01'],
    ['weekly', '2024-12-30T00:00:00Z', '2025-W01'],
  ] as const)('%s of %s is %s', (kind, at, period) => {
    expect(periodOf(kind, Date.parse(at))).toBe(period);
  });

  it('leaves pointer, mirror and releases alone', async () => {
    const stores = await publishedStores();
    const name = currentObject(depsOver(stores).layout, 'live_pool.json');
    const before = await stores.objects.stat(name);
    await reportAct(reportDeps(stores));
    expect(await stores.objects.stat(name)).toEqual(before);
  });
});

import { describe, expect, it } from 'vitest';
import { decodeContract } from '#shared/contracts/decode.ts';
import {
  RELEASE_INDEX_COLUMNS,
  shadowManifestSchema,
  shadowPoolLegacySchema,
  shadowPoolSchema,
  TRACK_SUMMARY_COLUMNS,
} from '#shared/contracts/shadow-release.ts';
import { parseCsv } from '#shared/core/csv.ts';
import { candidateTrackFiles, trackFiles } from '#shared/shadow/history-files.ts';
import { poolChange } from '#shared/shadow/release-index.ts';
import type { ShadowInput } from '#shared/shadow/shadow-history.ts';
import { historyOf, shadowInput, shadowParams } from './shadow-world.ts';

const history = historyOf(shadowInput());
const baseline = history.tracks[0]!;
const files = candidateTrackFiles(history);
const text = (path: string): string => new TextDecoder().decode(files.get(path));
const rowsOf = (path: string): Record<string, string>[] => {
  const table = parseCsv(files.get(path)!);
  if (!table.ok) throw new Error(table.error.message);
  return table.value.rows.map((row) => Object.fromEntries(table.value.header.map((name, j) => [name, row[j]!])));
};

describe('a shadow history', () => {
  it('has a release at the end of every scored month and on the last date of the unfinished one', () => {
    const dates = baseline.releases.map(({ manifest }) => manifest.as_of_date);
    expect(dates).toEqual(dates.toSorted());
    expect(dates.slice(-4)).toEqual(['2022-11-30', '2022-12-31', '2023-01-31', '2023-02-24']);
    expect(baseline.skippedDates[0]).toBe('2022-01-01');
    const all = [...baseline.skippedDates, ...dates].toSorted();
    expect(all).toHaveLength(15);
  });

  it('writes per release three documents in the shape of their contracts, with the facts of the track at their end', () => {
    for (const { version, files: own, manifest } of baseline.releases) {
      expect([...own.keys()]).toEqual(['live_pool.json', 'live_pool_legacy.json', 'release_manifest.json']);
      const pool = decodeContract(shadowPoolSchema, own.get('live_pool.json')!, 'live_pool.json');
      const legacy = decodeContract(shadowPoolLegacySchema, own.get('live_pool_legacy.json')!, 'live_pool_legacy.json');
      const decoded = decodeContract(shadowManifestSchema, own.get('release_manifest.json')!, 'release_manifest.json');
      if (!pool.ok || !legacy.ok || !decoded.ok) throw new Error('a document has not the shape of its contract');
      expect(decoded.value).toEqual(manifest);
      expect(pool.value.version).toBe(version);
      expect(pool.value.symbols).toEqual(manifest.symbols);
      expect(Object.keys(legacy.value.symbols).toSorted()).toEqual(manifest.symbols.toSorted());
      expect(Object.keys(pool.value)).toEqual([
        'as_of_date',
        'version',
        'mode',
        'pool_size',
        'symbols',
        'symbol_map',
        'source_project',
        'selection_meta',
        'profile',
        'source_track',
        'candidate_status',
        'activation_date',
        'expected_pool_size',
      ]);
      expect(Object.keys(decoded.value)).toEqual([
        'version',
        'as_of_date',
        'activation_date',
        'mode',
        'source_project',
        'pool_size',
        'expected_pool_size',
        'symbols',
        'profile',
        'source_track',
        'candidate_status',
        'regime',
        'regime_confidence',
        'selection_meta_fields',
        'artifacts',
      ]);
      expect(Object.values(pool.value.selection_meta!).map(({ current_rank }) => current_rank)).toEqual([1, 2, 3]);
    }
  });

  it('carries the publishing mode although the panel has another universe', () => {
    expect(baseline.releases.every(({ manifest }) => manifest.mode === 'core_major')).toBe(true);
    expect(baseline.releases.every(({ version }) => version.endsWith('-core_major'))).toBe(true);
  });

  it('indexes exactly the releases that exist, with stability and churn against the one before', () => {
    for (const { track, releases } of history.tracks) {
      const rows = rowsOf(`${track.track_id}/release_index.csv`);
      expect(Object.keys(rows[0]!)).toEqual([...RELEASE_INDEX_COLUMNS]);
      expect(rows.map(({ version }) => version)).toEqual(releases.map(({ version }) => version));
      expect([rows[0]!.pool_stability, rows[0]!.pool_churn, rows[0]!.has_selection_meta]).toEqual(['', '', 'True']);
      for (const [k, row] of rows.entries()) {
        for (const path of [row.live_pool_path, row.live_pool_legacy_path, row.release_manifest_path]) {
          expect(files.has(`${track.track_id}/${path}`)).toBe(true);
        }
        if (k === 0) continue;
        const { stability, churn } = poolChange(row.symbols!.split('|'), rows[k - 1]!.symbols!.split('|'));
        expect([Number(row.pool_stability), Number(row.pool_churn)]).toEqual([stability, churn]);
      }
    }
    const folders = [...files.keys()].filter((path) => path.endsWith('release_manifest.json'));
    expect(folders).toHaveLength(history.tracks.reduce((sum, { releases }) => sum + releases.length, 0));
  });

  it('summarises the tracks in one table', () => {
    const rows = rowsOf('track_summary.csv');
    expect(text('track_summary.csv').split('\n')[0]).toBe(TRACK_SUMMARY_COLUMNS.join(','));
    expect(rows.map(({ track_id }) => track_id)).toEqual(['official_baseline', 'challenger_topk_6']);
    expect(rows[0]).toMatchObject({
      profile_name: 'baseline_blended_rank',
      target_mode: 'blended_rank_pct',
      release_count: String(baseline.releases.length),
      first_as_of_date: baseline.releases[0]!.manifest.as_of_date,
      last_as_of_date: '2023-02-24',
      release_index_path: 'official_baseline/release_index.csv',
    });
    for (const { release_index_path } of rows) expect(files.has(release_index_path!)).toBe(true);
  });

  it('gives the tracks other pools from the same universe and the same regimes', () => {
    const [first, second] = history.tracks.map(({ releases }) => releases.map(({ manifest }) => manifest));
    expect(first!.map(({ as_of_date }) => as_of_date)).toEqual(second!.map(({ as_of_date }) => as_of_date));
    expect(first!.map(({ regime, regime_confidence }) => [regime, regime_confidence])).toEqual(
      second!.map(({ regime, regime_confidence }) => [regime, regime_confidence]),
    );
    expect(first!.some(({ symbols }, k) => symbols.join() !== second![k]!.symbols.join())).toBe(true);
  });

  it('was the same when it was built months ago: no later candle changes a release', () => {
    const past = historyOf(shadowInput(shadowParams(), 396));
    for (const [t, track] of past.tracks.entries()) {
      const until = history.tracks[t]!.releases.filter(({ manifest }) => manifest.as_of_date <= '2023-01-31');
      expect(track.releases.map(({ version }) => version)).toEqual(until.map(({ version }) => version));
      for (const [k, release] of track.releases.entries()) expect(release.files).toEqual(until[k]!.files);
    }
  });
});

describe('activation dates', () => {
  it('are the panel date after the release, and the next calendar day where the panel ends (S26)', () => {
    const pairs = baseline.releases.map(({ manifest }) => [manifest.as_of_date, manifest.activation_date]);
    expect(pairs.slice(-2)).toEqual([
      ['2023-01-31', '2023-02-01'],
      ['2023-02-24', '2023-02-25'],
    ]);
  });

  it('with S26 flipped is the same day for the last release, and nothing else changes', () => {
    const params = shadowParams();
    const flipped = { ...params, shadow: { ...params.shadow, activation_missing: 'as_of' as const } };
    const { releases } = historyOf(shadowInput(flipped)).tracks[0]!;
    expect(releases.at(-1)!.manifest).toEqual({ ...baseline.releases.at(-1)!.manifest, activation_date: '2023-02-24' });
    expect(releases.slice(0, -1)).toEqual(baseline.releases.slice(0, -1));
  });

  it('wait as long as the lag says', () => {
    const params = shadowParams();
    const { releases } = historyOf(shadowInput({ ...params, shadow: { ...params.shadow, activation_lag_days: 5 } })).tracks[0]!;
    expect(releases.slice(-2).map(({ manifest }) => manifest.activation_date)).toEqual(['2023-02-05', '2023-03-01']);
  });
});

describe('vector RL-13', () => {
  it('has stability .6 and churn .4', () => {
    expect(poolChange('A B C D E'.split(' '), undefined)).toEqual({ stability: null, churn: null });
    expect(poolChange('A B C F G'.split(' '), 'A B C D E'.split(' '))).toEqual({ stability: 0.6, churn: 0.4 });
  });
});

describe('two builds of a history', () => {
  it('give the same bytes in another time zone, with files and symbols in another order', () => {
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Kiritimati';
    try {
      const input: ShadowInput = shadowInput();
      const shuffled = {
        ...input,
        candles: input.candles.toReversed(),
        metadata: input.metadata.map((snapshot) => ({ ...snapshot, instruments: snapshot.instruments.toReversed() })),
      };
      expect(candidateTrackFiles(historyOf(shuffled))).toEqual(files);
    } finally {
      process.env.TZ = zone;
    }
  });

  it('share the files of the baseline with `shadow_releases`', () => {
    const own = trackFiles(baseline);
    expect(own.size).toBe(baseline.releases.length * 3 + 1);
    for (const [path, bytes] of own) expect(files.get(`official_baseline/${path}`)).toEqual(bytes);
  });

  it('skip a date with fewer scored members than the pool has places', () => {
    const params = shadowParams();
    const { tracks } = historyOf(shadowInput({ ...params, pool: { ...params.pool, size: 7 } }));
    expect(tracks[0]!.releases.length).toBeLessThan(baseline.releases.length);
    for (const { manifest } of tracks[0]!.releases) expect(manifest.pool_size).toBe(7);
  });
});

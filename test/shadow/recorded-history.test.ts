import { describe, expect, it } from 'vitest';
import { loadShadowTracks } from '#shared/adapters/fs/shadow-tracks-file.ts';
import { type PoolParams, poolParamsSchema } from '#shared/contracts/pool-params.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { readParams } from '../golden/pool-params.ts';
import { hasShared, readCandles, sharedPath } from '../golden/read-csv.ts';
import { recordedInput, vectorParams } from '../golden/recorded-pool.ts';
import { historyOf } from './shadow-world.ts';

/** The whole parameter set but for the number of trees: what is shown here does not depend on how well they learn. */
function fewTrees(params: PoolParams): PoolParams {
  return poolParamsSchema.parse({ ...params, hist_gbt: { ...params.hist_gbt, trees: 3 } });
}

/** Test ranges that do not overlap: half the windows, and every month is still scored. */
function recordedHistory(params: PoolParams) {
  const loaded = loadShadowTracks();
  if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('; '));
  const tracks = { ...loaded.value, walkforward: { ...loaded.value.walkforward, step_dates: 120 } };
  const { params: _, ...input } = recordedInput(readCandles(sharedPath('data/ohlcv-1d')), params, '2024-12-31');
  const few = fewTrees(params);
  return historyOf({ ...input, params: { params: few, sha256: sha256Hex(canonicalJson(few)) }, tracks });
}

describe.skipIf(!hasShared('data/ohlcv-1d'))('shadow releases of the recorded candles', () => {
  it('are forty-nine a track, one a month without a gap', () => {
    const { tracks, windows, panelDates } = recordedHistory(readParams('core_major'));
    expect(panelDates).toBe(2192);
    expect(tracks.map(({ track }) => track.track_id)).toEqual(['official_baseline', 'challenger_topk_60']);
    for (const { releases, skippedDates } of tracks) {
      const months = releases.map(({ manifest }) => manifest.as_of_date.slice(0, 7));
      expect(months).toHaveLength(49);
      expect(new Set(months).size).toBe(49);
      expect([releases[0]!.version, releases.at(-1)!.version]).toEqual(['2020-12-31-core_major', '2024-12-31-core_major']);
      expect(releases.at(-1)!.manifest.activation_date).toBe('2025-01-01');
      expect(skippedDates).toHaveLength(24);
    }
    // 13 windows for two tracks; nothing was too thin to learn from.
    expect(windows.filter(({ state }) => state === 'fitted')).toHaveLength(26);
    expect(windows[0]).toMatchObject({ trainFirst: '2019-01-01', trainLast: '2020-09-21', testFirst: '2020-12-21' });
  });

  it('carry the regime that the vector of the live panel has (P-19)', () => {
    const reference = vectorParams(readParams('reference'), 'broad_liquid');
    const { tracks } = recordedHistory({ ...reference, history_start: '2022-01-01' });
    const { manifest } = tracks[0]!.releases.find(({ version }) => version === '2024-11-30-core_major')!;
    expect(manifest.regime).toBe('late_momentum');
    expect(manifest.regime_confidence).toBeCloseTo(0.584431144961, 11);
    // S26 of the reference: the last release acts on its own date.
    expect(tracks[0]!.releases.at(-1)!.manifest.activation_date).toBe('2024-12-31');
  });
});

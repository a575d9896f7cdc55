import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { type ShadowHistory, type ShadowInput, shadowHistory } from '#shared/shadow/shadow-history.ts';
import { candleWorld, smallWorldParams, WORLD_START, withoutRows, worldInput } from '../arbitraries/candle-world.ts';

/** Labels of 3, 6 and 9 days, windows of 60 dates, few trees. */
export function shadowParams(set: 'reference' | 'core_major' = 'core_major'): PoolParams {
  const params = smallWorldParams(set);
  return {
    ...params,
    quality: { enforce: false },
    pool: { ...params.pool, size: 3 },
    model: { ...params.model, min_train_rows: 60, train_dates: 60, embargo_dates: 9 },
    hist_gbt: { ...params.hist_gbt, trees: 3, min_rows_leaf: 8 },
  };
}

/** Input of a history over 420 days, 2022-01-01 to 2023-02-24: its last month is unfinished. */
export function shadowInput(params: PoolParams = shadowParams(), days = 420): ShadowInput {
  const symbols = ['AAAUSDT', 'BBBUSDT', 'CCCUSDT', 'DDDUSDT', 'EEEUSDT', 'FFFUSDT', 'GGGUSDT'];
  const candles = candleWorld({ seed: 'shadow', days: 420, symbols }).map((series) =>
    series.symbol === 'DDDUSDT' ? withoutRows(series, (row) => row > 330) : withoutRows(series, (row) => row >= days),
  );
  const { params: _, ...input } = worldInput(candles, params, WORLD_START + days - 1);
  return {
    ...input,
    // What is listed was fetched once, on the last day of the whole world.
    metadata: input.metadata.map((snapshot) => ({ ...snapshot, knownFrom: WORLD_START + 419 })),
    params: { params, sha256: sha256Hex(canonicalJson(params)) },
    tracks: {
      schema: 'shadow_tracks.v1',
      universe_mode: 'small',
      walkforward: { test_dates: 40, step_dates: 20, aggregation: 'mean', trailing: 'every_started' },
      tracks: [
        {
          track_id: 'official_baseline',
          profile_name: 'baseline_blended_rank',
          target_mode: 'blended_rank_pct',
          source_track: 'official_baseline',
          candidate_status: 'official_reference',
        },
        {
          track_id: 'challenger_topk_6',
          profile_name: 'challenger_topk_6',
          target_mode: 'future_topk_label_6',
          source_track: 'shadow_candidate',
          candidate_status: 'shadow_candidate',
        },
      ],
    },
  };
}

/** The whole history, or an error that shows the refusals. */
export function historyOf(input: ShadowInput): ShadowHistory {
  const steps = shadowHistory(input);
  for (;;) {
    const step = steps.next();
    if (!step.done) continue;
    if (step.value.ok) return step.value.value;
    throw new Error(step.value.error.map(({ code, message }) => `${code}: ${message}`).join('; '));
  }
}

import type { ContinuityRecord } from '#shared/contracts/continuity.ts';
import type { ValueQuality } from '#shared/contracts/market-events/event-envelope.ts';
import { sourceRows } from '#shared/quant/api/source-rows.ts';
import type { QuantTick } from '#shared/quant/engine.ts';

/** What a continuity record tells of each venue; the whole matrix is at `/api/sources`. */
const TOLD: ReadonlySet<string> = new Set([
  'mid',
  'imbalance',
  'taker_buy_sell_ratio',
  'funding_8h',
  'basis',
  'oi_usd',
  'global_ls_ratio',
]);

/** Worst first. */
const WORST: readonly ValueQuality[] = ['missing', 'stale', 'suspect', 'carried', 'converted', 'live'];

/** How old and how good the inputs of a tick are, the worst of a venue's instruments each. */
export function continuitySources(tick: QuantTick | null): ContinuityRecord['sources'] {
  if (tick === null) return [];
  return sourceRows(tick)
    .filter(({ metric }) => TOLD.has(metric))
    .map(({ venue, metric, counts, oldest_age_ms: ageMs }) => {
      const quality = WORST.find((each) => counts[each] > 0) ?? 'missing';
      return { venue, metric, age_s: ageMs === null ? null : Math.round(ageMs / 100) / 10, quality };
    });
}

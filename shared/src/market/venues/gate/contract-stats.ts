import type { StatsNote } from '../../feed/frame-notes.ts';
import { integerOf, type JsonObject } from '../json-fields.ts';
import { numberOrNull } from '../number-fields.ts';

/** Relative difference up to which a stated ratio fits its two sides (market data spec §7.2). */
const MOST_RATIO_ERROR = 1e-9;

/**
 * One row of `contract_stats`, over REST or WebSocket. The four ratios must equal longs ÷ shorts of their own fields; a row in
 * which one does not, because the venue swapped fields or means something else, is suspect.
 */
export function gateStats(row: JsonObject, windowMs: number): StatsNote {
  const ratios = [
    ratio('accounts', row.lsr_account, row.long_users, row.short_users),
    ratio('top_accounts', row.top_lsr_account, row.top_long_account, row.top_short_account),
    ratio('top_positions', row.top_lsr_size, row.top_long_size, row.top_short_size),
  ] as const;
  const taker = ratio('accounts', row.lsr_taker, row.long_taker_size, row.short_taker_size);
  return {
    windowMs,
    tsEventMs: integerOf(row.time, 'time') * 1000,
    longUsd: notNegative(row.long_liq_usd),
    shortUsd: notNegative(row.short_liq_usd),
    takerBuy: taker.longs,
    takerSell: taker.shorts,
    ratios,
    isSuspect: [...ratios, taker].some((each) => !isConsistent(each)),
  };
}

type Ratio = StatsNote['ratios'][number];

function ratio(population: Ratio['population'], stated: unknown, longs: unknown, shorts: unknown): Ratio {
  return { population, ratio: notNegative(stated), longs: notNegative(longs), shorts: notNegative(shorts) };
}

/** Without both sides there is nothing to hold the ratio against; without shorts a ratio means nothing. */
function isConsistent({ ratio: stated, longs, shorts }: Ratio): boolean {
  if (stated === null || longs === null || shorts === null || shorts === 0) return true;
  return Math.abs(stated - longs / shorts) <= MOST_RATIO_ERROR * Math.max(stated, longs / shorts);
}

function notNegative(value: unknown): number | null {
  const number = numberOrNull(value);
  return number !== null && number >= 0 ? number : null;
}

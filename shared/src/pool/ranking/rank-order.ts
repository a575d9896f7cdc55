/** What decides the order of two members; NaN = missing. */
export interface RankKeys {
  readonly symbol: string;
  readonly final: number;
  readonly confidence: number;
  readonly liquidityStability: number;
  readonly avgQuoteVol180: number;
}

/** Name of the key that told two members apart. */
export type RankKey = (typeof DESCENDING_KEYS)[number] | 'symbol';

const DESCENDING_KEYS = ['final', 'confidence', 'liquidityStability', 'avgQuoteVol180'] as const;

/**
 * Negative when `a` ranks before `b`: final ↓, confidence ↓, liquidity stability ↓, 180-day turnover ↓, symbol ↑; missing last
 * (pool spec §14, vector P-14).
 */
export function compareRank(a: RankKeys, b: RankKeys): number {
  const key = decidingKey(a, b);
  return key === 'symbol' ? compareSymbols(a.symbol, b.symbol) : compareDescending(a[key], b[key]);
}

/** The first key in which two members differ. */
export function decidingKey(a: RankKeys, b: RankKeys): RankKey {
  return DESCENDING_KEYS.find((key) => compareDescending(a[key], b[key]) !== 0) ?? 'symbol';
}

function compareDescending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : b < a ? -1 : 1;
}

function compareSymbols(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

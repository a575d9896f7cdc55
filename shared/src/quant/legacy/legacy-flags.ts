/** Rows of the legacy series: `px5` and `oi5` are changes over five rows, `atr5` see `legacyAtr5`; percent. NaN for null. */
export interface LegacyRow {
  readonly px5: number;
  readonly px10: number;
  readonly oi5: number;
  readonly oi10: number;
  readonly atr5: number;
  readonly topAcc: number;
  readonly globalLs: number;
  readonly obi: number;
  readonly taker: number;
  readonly oiZ: number;
  readonly funding: number;
  /** Change of bid depth, percent, and ask depth ÷ bid depth. */
  readonly bidDepthPct: number;
  readonly askBidRatio: number;
}

export const LEGACY_FLAGS = ['accumulation', 'distribution', 'momentum', 'exhaustion', 'orderflow', 'divergence'] as const;
export type LegacyFlag = (typeof LEGACY_FLAGS)[number];

const WEIGHTS: Readonly<Record<LegacyFlag, number>> = {
  accumulation: 1,
  distribution: 1,
  momentum: 1,
  exhaustion: 0.8,
  orderflow: 1,
  divergence: 0.9,
};
const ALL_WEIGHTS = 5.7;

/** Population σ of the last five one-row returns, percent. */
export function legacyAtr5(returnsPct: readonly number[]): number {
  const last = returnsPct.slice(-5);
  if (last.length < 5) return Number.NaN;
  const mean = last.reduce((sum, each) => sum + each, 0) / 5;
  return Math.sqrt(last.reduce((sum, each) => sum + (each - mean) * (each - mean), 0) / 5);
}

/** Flags that fire (quant spec §5); a null never fires. */
export function legacyFlags(row: LegacyRow): readonly LegacyFlag[] {
  const { px5, px10, oi5, oi10, atr5, topAcc, globalLs, obi, taker, oiZ, funding, bidDepthPct, askBidRatio } = row;
  const still = Math.abs(px5) < 0.05 * atr5;
  const fires: Readonly<Record<LegacyFlag, boolean>> = {
    accumulation: oi5 / atr5 > 1 && still && topAcc > 1.5 && obi > 0.55,
    distribution: oi5 / atr5 < -1 && still && topAcc < 0.8 && obi < 0.45,
    momentum: oi5 > 0.4 * atr5 && px5 > 0.02 * atr5 && taker > 1.2,
    exhaustion: px10 > 0.06 * atr5 && oi10 < -0.4 && topAcc < 0.9 && oiZ < -0.8,
    orderflow: bidDepthPct >= 15 && askBidRatio < 0.8 && taker > 1.3,
    divergence: globalLs / topAcc > 2.5 && funding > 0.0001 && obi < 0.45,
  };
  return LEGACY_FLAGS.filter((flag) => fires[flag]);
}

/** Weight of the flags that fired ÷ 5.7. */
export function legacySignalConfidence(flags: readonly LegacyFlag[]): number {
  return flags.reduce((sum, flag) => sum + WEIGHTS[flag], 0) / ALL_WEIGHTS;
}

import { fitLine } from './least-squares.ts';

export type TrendLabel = 'rising' | 'falling' | 'flat';

export interface FundingTrend {
  /** Change of the eight-hour rate per day, a fraction; NaN when a bucket is missing. */
  readonly slope: number;
  /** NaN when the line is perfect or the buckets do not vary. */
  readonly t: number;
  readonly label: TrendLabel | null;
}

const BUCKETS_PER_DAY = 3;

/** Line through consecutive eight-hour funding buckets, oldest first (quant spec §2 `funding_trend`). */
export function fundingTrend(buckets: readonly number[], minT: number): FundingTrend {
  if (buckets.length < 3 || buckets.some((bucket) => !Number.isFinite(bucket))) {
    return { slope: Number.NaN, t: Number.NaN, label: null };
  }
  const days = buckets.map((_, index) => index / BUCKETS_PER_DAY);
  const { slope, t } = fitLine(days, buckets);
  return { slope, t, label: labelOf(slope, t, minT) };
}

/** A perfect line has no t, but a direction. */
function labelOf(slope: number, t: number, minT: number): TrendLabel {
  const steep = Number.isNaN(t) ? slope !== 0 : Math.abs(t) > minT;
  if (!steep) return 'flat';
  return slope > 0 ? 'rising' : 'falling';
}

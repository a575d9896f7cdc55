import { fitLine } from './least-squares.ts';

/** How open interest goes with the price: the line that the hours before say. NaN where they say none. */
export interface OiLine {
  readonly slope: number;
  readonly intercept: number;
}

const NO_LINE: OiLine = { slope: Number.NaN, intercept: Number.NaN };

/**
 * Line through the changes of ln(price) and ln(open interest) of the hours before (quant spec §3.4, signals §11); none below the
 * least number of points or when prices did not move.
 */
export function oiLine(priceChanges: ArrayLike<number>, oiChanges: ArrayLike<number>, minPoints: number): OiLine {
  return priceChanges.length < minPoints ? NO_LINE : fitLine(priceChanges, oiChanges);
}

/** Part of the current change of ln(open interest) that the change of ln(price) does not explain by that line. */
export function oiResidual({ slope, intercept }: OiLine, current: { readonly price: number; readonly oi: number }): number {
  return current.oi - (intercept + slope * current.price);
}

import { fitLine } from './least-squares.ts';

/**
 * Part of the current change of ln(open interest) that the change of ln(price) does not explain, by the line through the hours
 * before (quant spec §3.4, signals §11); null below the least number of points or when prices did not move.
 */
export function oiResidual(
  priceChanges: ArrayLike<number>,
  oiChanges: ArrayLike<number>,
  current: { readonly price: number; readonly oi: number },
  minPoints: number,
): number {
  if (priceChanges.length < minPoints) return Number.NaN;
  const { slope, intercept } = fitLine(priceChanges, oiChanges);
  return current.oi - (intercept + slope * current.price);
}

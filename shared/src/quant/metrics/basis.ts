import { finite } from '../finite.ts';

const YEAR_DAYS = 365;
const DAY_MS = 86_400_000;

/** mark − spot, in the spot's quote currency (quant spec §2). */
export function basis(mark: number, spot: number): number {
  return finite(mark - spot);
}

/** 100·(mark − spot) / spot. */
export function basisPct(mark: number, spot: number): number {
  return spot > 0 ? finite((100 * (mark - spot)) / spot) : Number.NaN;
}

/** (F / S − 1)·365 / days to expiry of a dated future, a fraction a year; null at and after expiry. */
export function basisApr(future: number, spot: number, msToExpiry: number): number {
  return msToExpiry > 0 && spot > 0 ? finite(((future / spot - 1) * YEAR_DAYS * DAY_MS) / msToExpiry) : Number.NaN;
}

/** Distance of a stablecoin's USD price from 1, basis points (market data spec §1.4, depeg guard). */
export function depegBps(usdPrice: number): number {
  return finite(10_000 * Math.abs(usdPrice - 1));
}

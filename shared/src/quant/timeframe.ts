import type { Timeframe } from '../contracts/quant-params.ts';

const MINUTE_MS = 60_000;

/** Length of a timeframe. */
export function timeframeMs(timeframe: Timeframe): number {
  switch (timeframe) {
    case '1m':
      return MINUTE_MS;
    case '5m':
      return 5 * MINUTE_MS;
    case '15m':
      return 15 * MINUTE_MS;
    case '30m':
      return 30 * MINUTE_MS;
    case '1h':
      return 60 * MINUTE_MS;
  }
}

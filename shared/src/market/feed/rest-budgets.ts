import type { RequestBudget } from '../../contracts/venue-policy.ts';

/** Public REST requests of a venue, 40 % of what it allows (market data spec §5). MEXC counts weights: ours have 1 to 5. */
export const REST_BUDGETS: Readonly<Record<string, RequestBudget>> = {
  kraken: { requests_per_second: 0.4, burst: 5 },
  krakenfutures: { requests_per_second: 2, burst: 4 },
  coinbase: { requests_per_second: 4, burst: 4 },
  gemini: { requests_per_second: 0.8, burst: 4 },
  mexc: { requests_per_second: 4, burst: 8 },
  gate: { requests_per_second: 8, burst: 8 },
  binance: { requests_per_second: 4, burst: 8 },
  binanceusdm: { requests_per_second: 4, burst: 8 },
};

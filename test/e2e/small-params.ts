import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { smallWorldParams } from '../arbitraries/candle-world.ts';

/** Symbols of the sample exchange that the end-to-end market consists of, beside the benchmark. */
export const SYMBOLS: readonly string[] = [
  'ETH',
  'SOL',
  'ADA',
  'AVAX',
  'DOT',
  'NEAR',
  'LINK',
  'UNI',
  'AAVE',
  'ATOM',
  'LTC',
  'XRP',
].map((base) => `${base}USDT`);

/** `core_major` for one year of a dozen symbols, with few trees: seconds instead of a minute, and nothing else is different. */
export function smallParams(): PoolParams {
  const params = smallWorldParams('core_major');
  return { ...params, history_start: '2025-10-01', hist_gbt: { ...params.hist_gbt, trees: 5 } };
}

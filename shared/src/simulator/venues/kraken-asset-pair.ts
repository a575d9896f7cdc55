import { unitsText } from '../fixed-digits.ts';
import type { KrakenListing } from './kraken-listings.ts';

/** Pairs that once had a dark pool; its id is the pair's with `.d`. */
export const DARK_POOL_IDS: readonly string[] = ['XXBTZUSD', 'XETHZUSD'];

/** One row of `AssetPairs`. */
export function assetPair(pair: KrakenListing): Record<string, unknown> {
  const steps = [0, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000];
  const taker = [0.4, 0.35, 0.24, 0.22, 0.2, 0.18, 0.16, 0.14, 0.12, 0.1];
  const maker = [0.25, 0.2, 0.14, 0.12, 0.1, 0.08, 0.06, 0.04, 0.02, 0];
  return {
    altname: pair.altname,
    wsname: pair.wsName,
    aclass_base: 'currency',
    base: pair.baseId,
    aclass_quote: 'currency',
    quote: pair.quoteId,
    lot: 'unit',
    cost_decimals: 5,
    pair_decimals: pair.priceDigits,
    lot_decimals: pair.lotDigits,
    lot_multiplier: 1,
    leverage_buy: [],
    leverage_sell: [],
    fees: steps.map((step, i) => [step, taker[i]]),
    fees_maker: steps.map((step, i) => [step, maker[i]]),
    fee_volume_currency: 'ZUSD',
    margin_call: 80,
    margin_stop: 40,
    ordermin: '0.0001',
    costmin: '0.5',
    tick_size: unitsText(1, pair.priceDigits),
    status: 'online',
  };
}

/** The dark pool's row: the same assets, no `wsname`, no market data behind it. */
export function darkPoolPair(pair: KrakenListing): Record<string, unknown> {
  const { wsname: _none, ...row } = assetPair(pair);
  return { ...row, altname: `${pair.altname}.d` };
}

import { LivepoolError } from '../../core/errors.ts';
import { powerOfTen, priceDigitsFor } from '../fixed-digits.ts';
import type { Asset } from '../market/asset.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import { gateListings } from '../venues/gate-listings.ts';
import { krakenAsset, krakenListings } from '../venues/kraken-listings.ts';
import type { ContractKind, LiveInstrument } from './live-instrument.ts';

/** Bases that are watched unless a caller names others (market data spec §11.1: four majors and 26 others). */
export const DEFAULT_BASES: readonly string[] =
  'BTC ETH SOL DOGE XRP ADA LINK LTC BCH DOT AVAX ATOM NEAR UNI AAVE XLM TRX ETC FIL ICP ALGO GRT SAND INJ OP ARB APT SUI TIA PEPE'.split(
    ' ',
  );

/** The pair with far fewer asks than bids, on Kraken spot. */
const THIN_BASE = 'SAND';
/** Bases that Kraken Futures also lists as inverse contracts of one US dollar. */
const INVERSE_BASES: readonly string[] = ['BTC', 'ETH'];
const DERIVATIVE_TURNOVER = { kraken_futures: 0.08, gate_futures: 1.5, inverse: 0.01 } as const;

/**
 * The live instruments of some bases on all venues, and `USDT/USD`, by which everything in USDT is converted. Digits and ids of
 * spot pairs are those of the sample exchange's lists. Throws `SIM_SYMBOL_UNKNOWN` for a base that is not listed.
 */
export function liveUniverse(market: SampleMarket, bases: readonly string[]): readonly LiveInstrument[] {
  const instruments = [...new Set(bases)].flatMap((base) => instrumentsOf(market, base));
  return [...instruments, krakenSpot(market, 'USDT')];
}

/** Whether Kraken (in USD) and Gate (in USDT) both trade a base at the market's now. */
export function isListed(market: SampleMarket, base: string): boolean {
  return (
    krakenListings(market).some((pair) => pair.base === base && pair.quote === 'USD') &&
    gateListings(market).some((pair) => pair.id === `${base}_USDT` && pair.tradable)
  );
}

/** Newest price of a base in USDT on the sample market. */
export function samplePrice(market: SampleMarket, base: string): number {
  return market.candles(base).at(-1)?.close ?? 0;
}

function instrumentsOf(market: SampleMarket, base: string): readonly LiveInstrument[] {
  const price = samplePriceOfListed(market, base);
  const perpetuals = [krakenPerpetual(market, base, price, 'linear'), gatePerpetual(market, base, price)];
  const inverse = INVERSE_BASES.includes(base) ? [krakenPerpetual(market, base, price, 'inverse')] : [];
  return [krakenSpot(market, base), gateSpot(market, base), ...perpetuals, ...inverse];
}

function samplePriceOfListed(market: SampleMarket, base: string): number {
  if (isListed(market, base)) return samplePrice(market, base);
  const message = `the simulator has no live market of ${base}; choose bases that Kraken (USD) and Gate (USDT) list, such as BTC, ETH, SOL`;
  throw new LivepoolError('SIM_SYMBOL_UNKNOWN', 'terminal', message, { base });
}

function krakenSpot(market: SampleMarket, base: string): LiveInstrument {
  const pair = krakenListings(market).find((listing) => listing.base === base && listing.quote === 'USD')!;
  return {
    surface: 'kraken_spot',
    symbol: `${base}/USD`,
    aliases: [pair.id, pair.altname, pair.wsName],
    base,
    quote: 'USD',
    kind: 'spot',
    priceDigits: pair.priceDigits,
    sizeDigits: pair.lotDigits,
    tick: 1,
    contractSize: 1,
    dayTurnover: turnoverOf(market, base) * pair.turnoverShare,
    shape: base === THIN_BASE ? 'thin' : 'usual',
  };
}

function gateSpot(market: SampleMarket, base: string): LiveInstrument {
  const pair = gateListings(market).find((listing) => listing.id === `${base}_USDT`)!;
  return {
    surface: 'gate_spot',
    symbol: pair.id,
    aliases: [],
    base,
    quote: 'USDT',
    kind: 'spot',
    priceDigits: pair.priceDigits,
    sizeDigits: pair.lotDigits,
    tick: 1,
    contractSize: 1,
    dayTurnover: turnoverOf(market, base) * pair.turnoverShare,
    shape: 'usual',
  };
}

/** `PF_XBTUSD` (sizes in the base) or `PI_XBTUSD` (sizes in US dollars). */
function krakenPerpetual(market: SampleMarket, base: string, price: number, kind: Exclude<ContractKind, 'spot'>): LiveInstrument {
  // Of Kraken's own names only bitcoin's is used here.
  const symbol = `${kind === 'linear' ? 'PF' : 'PI'}_${base === 'BTC' ? krakenAsset(base).altname : base}USD`;
  const share = kind === 'linear' ? DERIVATIVE_TURNOVER.kraken_futures : DERIVATIVE_TURNOVER.inverse;
  return {
    surface: 'kraken_futures',
    symbol,
    aliases: [symbol.toLowerCase()],
    base,
    quote: 'USD',
    kind,
    priceDigits: priceDigitsFor(price),
    sizeDigits: kind === 'inverse' ? 0 : price >= 10_000 ? 4 : price >= 100 ? 3 : price >= 1 ? 1 : 0,
    tick: price >= 10_000 ? 5 : 1,
    contractSize: 1,
    dayTurnover: turnoverOf(market, base) * share,
    shape: 'usual',
  };
}

function gatePerpetual(market: SampleMarket, base: string, price: number): LiveInstrument {
  return {
    surface: 'gate_futures',
    symbol: `${base}_USDT`,
    aliases: [],
    base,
    quote: 'USDT',
    kind: 'linear',
    priceDigits: priceDigitsFor(price),
    sizeDigits: 0,
    tick: 1,
    contractSize: quantoMultiplier(assetOf(market, base)?.price ?? price),
    dayTurnover: turnoverOf(market, base) * DERIVATIVE_TURNOVER.gate_futures,
    shape: 'usual',
  };
}

/** The power of ten that makes a contract worth one to ten US dollars at the base's first price: 0.0001 for BTC. */
function quantoMultiplier(price: number): number {
  let digits = 0;
  while (price >= 10 * powerOfTen(digits)) digits++;
  if (digits > 0) return Number(`1e-${digits}`);
  while (price * powerOfTen(digits) < 1) digits++;
  return powerOfTen(digits);
}

function turnoverOf(market: SampleMarket, base: string): number {
  return assetOf(market, base)?.turnover ?? 0;
}

function assetOf(market: SampleMarket, base: string): Asset | undefined {
  return market.assets.find((asset) => asset.base === base);
}

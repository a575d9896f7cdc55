import type { CalendarDay } from '../../core/calendar-day.ts';
import { priceDigitsFor } from '../fixed-digits.ts';
import type { Asset, PriceModel } from '../market/asset.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import type { Listing } from './listing.ts';

/** A Gate spot pair with the dates that its instrument row shows. */
export interface GateListing extends Listing {
  readonly asset: Asset;
  readonly tradable: boolean;
}

/** Days before its first trade on which a pair already appears in the list. */
const ANNOUNCED_DAYS = 14;

/** Pairs that are not quoted in USDT: base, quote, share of the turnover. */
const OTHER_QUOTES: readonly (readonly [string, string, number])[] = [
  ['ETH', 'BTC', 0.02],
  ['SOL', 'BTC', 0.01],
  ['BTC', 'USDC', 0.03],
  ['ETH', 'USDC', 0.03],
  ['LINK', 'ETH', 0.004],
];

/** Assets that only other venues trade. */
const NOT_ON_GATE: ReadonlySet<string> = new Set(['USD', 'USDT']);

/** Every pair that the venue lists at the market's now: announced, trading, or delisted (kept as untradable). */
export function gateListings(market: SampleMarket): readonly GateListing[] {
  const known = market.assets.filter((a) => !NOT_ON_GATE.has(a.base) && a.listed - ANNOUNCED_DAYS <= market.today);
  const byBase = new Map(known.map((asset) => [asset.base, asset]));
  const others = OTHER_QUOTES.flatMap(([base, quote, share]) => {
    const [asset, quoteAsset] = [byBase.get(base), byBase.get(quote)];
    return asset === undefined || quoteAsset === undefined
      ? []
      : [listing(asset, quote, asset.price / quoteAsset.price, share, market.today)];
  });
  return [...known.map((asset) => listing(asset, 'USDT', asset.price, 1, market.today)), ...others];
}

function listing(asset: Asset, quote: string, price: number, turnoverShare: number, today: CalendarDay): GateListing {
  return {
    id: `${asset.base}_${quote}`,
    base: asset.base,
    quote,
    asset,
    tradable: asset.listed <= today && (asset.delisted === undefined || asset.delisted >= today),
    priceDigits: Math.min(priceDigitsFor(price) + spareDigits(asset.model), 12),
    lotDigits: isLeveraged(asset.model) ? 0 : price >= 1000 ? 6 : price >= 1 ? 3 : price >= 0.001 ? 1 : 0,
    turnoverShare,
  };
}

/** Digits beyond those of the starting price: what falls by 99 %, or decays by leverage, must still be told apart. */
function spareDigits(model: PriceModel): number {
  if (model.kind === 'pegged') return 0;
  return isLeveraged(model) ? 6 : 2;
}

function isLeveraged(model: PriceModel): boolean {
  return model.kind === 'tracker' && model.leverage !== 1;
}

import { priceDigitsFor } from '../fixed-digits.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import type { Listing } from './listing.ts';

/** A Kraken spot pair: `id` is the key of the AssetPairs answer, `altname` and `wsName` its other names. */
export interface KrakenListing extends Listing {
  readonly altname: string;
  readonly wsName: string;
  /** Kraken's asset ids. */
  readonly baseId: string;
  readonly quoteId: string;
}

/** Assets whose Kraken id or name differs from the ticker: id, altname. */
const ASSET_IDS: Readonly<Record<string, readonly [string, string]>> = {
  BTC: ['XXBT', 'XBT'],
  ETH: ['XETH', 'ETH'],
  XRP: ['XXRP', 'XRP'],
  LTC: ['XLTC', 'LTC'],
  XLM: ['XXLM', 'XLM'],
  DOGE: ['XXDG', 'XDG'],
  ETC: ['XETC', 'ETC'],
  XMR: ['XXMR', 'XMR'],
  USD: ['ZUSD', 'USD'],
  EUR: ['ZEUR', 'EUR'],
};

const USD_BASES =
  'BTC ETH SOL XRP ADA DOGE LINK LTC BCH DOT AVAX ATOM NEAR UNI AAVE XLM TRX ETC FIL ICP ALGO GRT SAND MANA AXS CRV LDO SNX MKR INJ OP ARB APT SUI SEI TIA PEPE BONK WIF SHIB XMR USDT USDC PAXG EUR';
const USDT_BASES = 'BTC ETH SOL XRP ADA DOGE LINK LTC BCH DOT AVAX ATOM XMR USDC ALGO SHIB';

/** Pairs older than Kraken's plain naming keep their X…Z… ids. */
const CLASSIC_BASES: ReadonlySet<string> = new Set(['BTC', 'ETH', 'XRP', 'LTC', 'XLM', 'ETC', 'XMR', 'EUR']);

/** Share of the market's turnover that Kraken sees. */
const USD_SHARE = 0.11;
const USDT_SHARE = 0.03;

/** Kraken's id and name of an asset. */
export function krakenAsset(base: string): { id: string; altname: string } {
  const [id, altname] = ASSET_IDS[base] ?? [base, base];
  return { id, altname };
}

/** Every pair listed at the market's now; assets that are not trading yet, or no longer, are absent. */
export function krakenListings(market: SampleMarket): readonly KrakenListing[] {
  const trading = new Map(
    market.assets
      .filter((asset) => asset.listed <= market.today && (asset.delisted === undefined || asset.delisted >= market.today))
      .map((asset) => [asset.base, asset.price]),
  );
  const pairs = [
    ...USD_BASES.split(' ').map((base) => [base, 'USD', USD_SHARE] as const),
    ...USDT_BASES.split(' ').map((base) => [base, 'USDT', USDT_SHARE] as const),
  ];
  return pairs.flatMap(([base, quote, share]) => {
    const price = trading.get(base);
    return price === undefined ? [] : [listing(base, quote, price, share)];
  });
}

function listing(base: string, quote: string, price: number, turnoverShare: number): KrakenListing {
  const [baseAsset, quoteAsset] = [krakenAsset(base), krakenAsset(quote)];
  const altname = baseAsset.altname + quoteAsset.altname;
  const classic = quote === 'USD' && CLASSIC_BASES.has(base);
  const id = classic ? baseAsset.id + quoteAsset.id : base === 'USDT' ? `USDT${quoteAsset.id}` : altname;
  return {
    id,
    altname,
    wsName: `${baseAsset.altname}/${quoteAsset.altname}`,
    base,
    quote,
    baseId: baseAsset.id,
    quoteId: quoteAsset.id,
    priceDigits: Math.min(priceDigitsFor(price) + (price > 10_000 ? 0 : 1), 10),
    lotDigits: price >= 10 ? 8 : price >= 0.001 ? 5 : 0,
    turnoverShare,
  };
}

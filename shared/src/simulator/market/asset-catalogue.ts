import { type CalendarDay, parseDay } from '../../core/calendar-day.ts';
import { invariant } from '../../core/errors.ts';
import type { Asset, PriceModel, Sector } from './asset.ts';

/** First day of the sample market: its oldest candle. */
export const MARKET_FIRST_DAY: CalendarDay = day('2021-07-01');

/** base, name, price, beta, own volatility in % a day, turnover in M USDT a day, listed (default: the first day), delisted. */
type FactorRow = readonly [string, string, number, number, number, number, (string | undefined)?, string?];

const FACTOR_ASSETS: Readonly<Record<Sector, readonly FactorRow[]>> = {
  layer1: [
    ['BTC', 'Bitcoin', 52_000, 1, 0.3, 1400],
    ['ETH', 'Ethereum', 2600, 1.12, 1.5, 800],
    ['SOL', 'Solana', 95, 1.4, 3.2, 420],
    ['ADA', 'Cardano', 0.85, 1.15, 2.6, 120],
    ['AVAX', 'Avalanche', 32, 1.35, 3.1, 95],
    ['DOT', 'Polkadot', 11, 1.15, 2.5, 70],
    ['NEAR', 'NEAR Protocol', 4.6, 1.3, 3.4, 66],
    ['ATOM', 'Cosmos', 10.5, 1.1, 2.7, 42],
    ['ETC', 'Ethereum Classic', 31, 1.1, 2.9, 44],
    ['ICP', 'Internet Computer', 14, 1.2, 3.5, 32],
    ['HBAR', 'Hedera', 0.11, 1.2, 3.3, 52],
    ['APT', 'Aptos', 7.9, 1.3, 3.5, 55, '2022-10-19'],
    ['SUI', 'Sui', 1.35, 1.4, 3.8, 130, '2023-05-03'],
    ['SEI', 'Sei', 0.24, 1.35, 3.9, 36, '2023-08-15'],
    ['TIA', 'Celestia', 6.2, 1.3, 4.1, 38, '2023-10-31'],
    ['ALGO', 'Algorand', 0.52, 1.1, 2.8, 29],
    ['EGLD', 'MultiversX', 62, 1.1, 2.9, 19],
    ['KAVA', 'Kava', 1.4, 1.15, 3.3, 21],
    ['ZIL', 'Zilliqa', 0.045, 1.15, 3.4, 34],
    ['ONE', 'Harmony', 0.055, 1.2, 3.8, 36],
    ['KSM', 'Kusama', 85, 1.15, 3.2, 11.5],
    ['LUNA', 'Terra', 38, 1.35, 3.6, 34],
    ['WAVES', 'Waves', 6.5, 1.1, 3.7, 22, undefined, '2024-06-17'],
    ['HYPE', 'Hyperliquid', 11, 1.3, 4, 240, '2024-11-29'],
    ['ZEN', 'Horizen', 21, 1.1, 3.4, 38],
  ],
  layer2: [
    ['MATIC', 'Polygon', 1.05, 1.3, 3, 110, undefined, '2024-09-10'],
    ['POL', 'Polygon Ecosystem Token', 0.42, 1.3, 3, 58, '2024-09-13'],
    ['ARB', 'Arbitrum', 1.1, 1.35, 3.2, 68, '2023-03-23'],
    ['OP', 'Optimism', 1.5, 1.4, 3.5, 56, '2022-06-01'],
    ['IMX', 'Immutable', 1.2, 1.3, 3.4, 25],
    ['STX', 'Stacks', 1.25, 1.25, 3.6, 27],
    ['CELR', 'Celer Network', 0.03, 1.2, 3.9, 36],
  ],
  defi: [
    ['LINK', 'Chainlink', 15.5, 1.2, 2.6, 115],
    ['UNI', 'Uniswap', 9.2, 1.2, 2.9, 62],
    ['AAVE', 'Aave', 150, 1.25, 2.8, 60],
    ['CRV', 'Curve DAO', 0.9, 1.25, 3.8, 33],
    ['LDO', 'Lido DAO', 1.8, 1.35, 3.9, 24, '2022-05-10'],
    ['MKR', 'Maker', 1650, 1, 2.8, 24],
    ['SNX', 'Synthetix', 3.4, 1.2, 3.5, 20],
    ['1INCH', '1inch', 0.75, 1.2, 3.2, 15.5],
    ['RUNE', 'THORChain', 4.5, 1.3, 3.9, 41],
    ['INJ', 'Injective', 9.5, 1.35, 4, 46],
    ['ENA', 'Ethena', 0.62, 1.4, 4.2, 62, '2024-04-02'],
    ['JUP', 'Jupiter', 0.74, 1.3, 3.9, 38, '2024-01-31'],
    ['ONDO', 'Ondo', 0.95, 1.25, 3.7, 44, '2024-01-18'],
    ['SYRUP', 'Maple Finance', 0.32, 1.2, 4.1, 33, '2025-05-06'],
    ['QUICK', 'QuickSwap', 0.06, 1.2, 3.9, 38],
    ['XVS', 'Venus', 7.8, 1.1, 3.4, 1.3],
  ],
  meme: [
    ['DOGE', 'Dogecoin', 0.12, 1.2, 3.4, 260],
    ['SHIB', 'Shiba Inu', 0.0000145, 1.2, 3.6, 105],
    ['PEPE', 'Pepe', 0.0000021, 1.5, 5.2, 180, '2023-05-05'],
    ['BONK', 'Bonk', 0.0000125, 1.5, 5.4, 82, '2023-12-15'],
    ['WIF', 'dogwifhat', 1.9, 1.5, 5.6, 95, '2024-03-05'],
    ['FLOKI', 'Floki', 0.00009, 1.45, 5.1, 48, '2023-05-06'],
    ['1000SATS', '1000SATS', 0.00031, 1.35, 5, 17, '2023-12-12'],
    ['币安人生', 'Binance Life', 0.21, 1.4, 6.2, 6.5, '2025-10-08'],
  ],
  infra: [
    ['FIL', 'Filecoin', 6.4, 1.15, 2.9, 47],
    ['GRT', 'The Graph', 0.21, 1.2, 3.2, 26],
    ['VET', 'VeChain', 0.034, 1.15, 2.9, 27],
    ['THETA', 'Theta Network', 1.35, 1.15, 3.1, 20],
    ['ANKR', 'Ankr', 0.038, 1.15, 3.4, 40],
    ['IOTX', 'IoTeX', 0.045, 1.15, 3.5, 40],
    ['OMG', 'OMG Network', 2.4, 1.1, 3.3, 12, undefined, '2025-03-15'],
    ['STORJ', 'Storj', 0.62, 1.05, 3.6, 0.4],
    ['POND', 'Marlin', 0.016, 1.1, 4, 0.03],
    ['MORPHO', 'Morpho', 1.6, 1.2, 3.9, 36, '2024-11-04'],
    ['MEGA', 'MegaETH', 0.4, 1.3, 5, 75, '2026-09-15'],
    ['NEWT', 'Newton', 0.35, 1.3, 5, 20, '2026-11-05'],
  ],
  gaming: [
    ['SAND', 'The Sandbox', 0.72, 1.25, 3.5, 28],
    ['AXS', 'Axie Infinity', 14, 1.25, 3.7, 22],
    ['MANA', 'Decentraland', 0.78, 1.2, 3.4, 23],
    ['CHZ', 'Chiliz', 0.13, 1.15, 3.4, 21],
    ['SUPER', 'SuperVerse', 0.52, 1.25, 4, 36],
    ['ENJ', 'Enjin Coin', 0.65, 1.2, 3.4, 9.6],
    ['GALA', 'Gala', 0.045, 1.3, 4.2, 37, '2021-09-14'],
  ],
  payments: [
    ['XRP', 'XRP', 0.92, 1.05, 2.8, 460],
    ['LTC', 'Litecoin', 92, 0.95, 2, 88],
    ['BCH', 'Bitcoin Cash', 320, 1, 2.5, 72],
    ['XLM', 'Stellar', 0.19, 1.05, 2.8, 52],
    ['TRX', 'TRON', 0.11, 0.75, 1.9, 98],
    ['DASH', 'Dash', 58, 0.95, 3, 16.5],
    ['BAT', 'Basic Attention Token', 0.33, 1.05, 2.9, 10.5],
    ['XMR', 'Monero', 175, 0.8, 2.3, 24],
  ],
  ai: [
    ['FET', 'Artificial Superintelligence', 0.75, 1.35, 4.1, 44],
    ['RENDER', 'Render', 4.3, 1.35, 4, 38],
    ['WLD', 'Worldcoin', 2.4, 1.35, 4.5, 64, '2023-07-24'],
    ['TAO', 'Bittensor', 310, 1.3, 4.2, 58, '2024-04-11'],
  ],
  exchange: [
    ['BNB', 'BNB', 380, 0.85, 1.6, 310],
    ['GT', 'GateToken', 6.2, 0.7, 1.8, 9],
    ['FTT', 'FTX Token', 32, 1, 2.8, 26],
  ],
  macro: [
    ['PAXG', 'PAX Gold', 1850, 0.04, 0.8, 40],
    ['EUR', 'Euro', 1.09, 0.02, 0.4, 36],
  ],
};

/** Pegged assets: base, name, price, wobble in bps, turnover in M USDT, listed. USDT is the unit; USD is Kraken's dollar. */
const PEGGED_ASSETS: readonly (readonly [string, string, number, number, number, string?])[] = [
  ['USDT', 'Tether', 1, 0, 900],
  ['USD', 'US Dollar', 1, 4, 60],
  ['USDC', 'USD Coin', 1, 3, 210],
  ['FDUSD', 'First Digital USD', 1, 5, 65, '2023-07-26'],
  ['TUSD', 'TrueUSD', 1, 9, 26],
  ['DAI', 'Dai', 1, 6, 19],
  ['USD1', 'World Liberty Financial USD', 1, 5, 34, '2025-04-14'],
];

/** Trackers: base, name, price, of, leverage, cost a day in bps, turnover in M USDT, listed. */
const TRACKER_ASSETS: readonly (readonly [string, string, number, string, number, number, number, string?])[] = [
  ['WBTC', 'Wrapped Bitcoin', 51_990, 'BTC', 1, 0, 36],
  ['WBETH', 'Wrapped Beacon ETH', 2700, 'ETH', 1, -1, 34, '2023-05-10'],
  ['XAUT', 'Tether Gold', 1846, 'PAXG', 1, 0, 5],
  ['BTC3L', 'BTC 3x long', 4, 'BTC', 3, 10, 40, '2023-02-01'],
  ['BTC3S', 'BTC 3x short', 4, 'BTC', -3, 10, 26, '2024-08-01'],
  ['ETH3L', 'ETH 3x long', 2, 'ETH', 3, 10, 9, '2023-02-01'],
  ['BTCUP', 'BTC up', 12, 'BTC', 2, 5, 38],
  ['BTCDOWN', 'BTC down', 9, 'BTC', -2, 5, 36, '2023-09-01'],
];

/** Every asset of the sample market, in a fixed order; listed or not at a given instant is the reader's question. */
export const ASSET_CATALOGUE: readonly Asset[] = [...factorAssets(), ...peggedAssets(), ...trackerAssets()];

function factorAssets(): Asset[] {
  return Object.entries(FACTOR_ASSETS).flatMap(([sector, rows]) =>
    rows.map(([base, name, price, beta, ownVol, turnover, listed, delisted]) => {
      const model: PriceModel = { kind: 'factor', sector: sector as Sector, beta, ownVol: ownVol / 100 };
      return asset(base, name, model, price, turnover, listed, delisted);
    }),
  );
}

function peggedAssets(): Asset[] {
  return PEGGED_ASSETS.map(([base, name, price, wobbleBps, turnover, listed]) =>
    asset(base, name, { kind: 'pegged', wobble: wobbleBps / 10_000 }, price, turnover, listed),
  );
}

function trackerAssets(): Asset[] {
  return TRACKER_ASSETS.map(([base, name, price, of, leverage, costBps, turnover, listed]) =>
    asset(base, name, { kind: 'tracker', of, leverage, dailyCost: costBps / 10_000 }, price, turnover, listed),
  );
}

function asset(
  base: string,
  name: string,
  model: PriceModel,
  price: number,
  turnoverM: number,
  listed: string | undefined,
  delisted?: string,
): Asset {
  return {
    base,
    name,
    model,
    price,
    turnover: turnoverM * 1_000_000,
    listed: listed === undefined ? MARKET_FIRST_DAY : day(listed),
    ...(delisted === undefined ? {} : { delisted: day(delisted) }),
  };
}

function day(text: string): CalendarDay {
  const parsed = parseDay(text);
  invariant(parsed !== undefined, `not a calendar day: ${text}`);
  return parsed;
}

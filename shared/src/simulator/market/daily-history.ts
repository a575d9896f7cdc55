import { seededRandom } from '../../core/seeded-random.ts';
import type { Asset } from './asset.ts';
import { MARKET_FIRST_DAY } from './asset-catalogue.ts';
import type { MarketCandle } from './market-candle.ts';
import type { PlantedCase } from './planted-cases.ts';
import type { PricePath } from './price-path.ts';
import type { SharedFactors } from './shared-factors.ts';
import { clamp } from './volatility.ts';

/** Candles of an asset over its listed days, ascending, the last day's included; lost days are absent. */
export function dailyHistory(
  seed: string,
  asset: Asset,
  path: PricePath,
  factors: SharedFactors,
  cases: readonly PlantedCase[],
): readonly MarketCandle[] {
  const random = seededRandom(`${seed}/candles/${asset.base}`);
  const candles: MarketCandle[] = [];
  let interest = 1;
  for (let i = 0; i < path.close.length; i++) {
    const day = MARKET_FIRST_DAY + i;
    interest = clamp(interest + 0.03 * (1 - interest) + 0.045 * random.nextNormal(), 0.5, 2);
    const draws = { highWick: random.next(), lowWick: random.next(), volume: random.nextNormal() };
    if (day < asset.listed || (asset.delisted !== undefined && day > asset.delisted)) continue;
    const today = cases.filter((c) => day >= c.from && day <= c.to);
    if (today.some((c) => c.kind === 'missing' || c.kind === 'relisting')) continue;
    const usual = usualCandle(asset, path, factors, i, interest, draws);
    candles.push(withPlantedCases(usual, cases, today));
  }
  return candles;
}

interface Draws {
  readonly highWick: number;
  readonly lowWick: number;
  readonly volume: number;
}

function usualCandle(
  asset: Asset,
  path: PricePath,
  factors: SharedFactors,
  i: number,
  interest: number,
  draws: Draws,
): MarketCandle {
  const day = MARKET_FIRST_DAY + i;
  const close = path.close[i]!;
  const open = i === 0 || day === asset.listed ? asset.price : path.close[i - 1]!;
  const wick = 0.8 * path.sigma;
  return {
    day,
    open,
    high: Math.max(open, close) * (1 + wick * draws.highWick * draws.highWick),
    low: Math.min(open, close) * (1 - Math.min(wick, 0.5) * draws.lowWick * draws.lowWick),
    close,
    quoteVolume: turnover(asset, Math.abs(close / open - 1) / path.sigma, factors.activity[i]!, interest, draws.volume, day),
  };
}

/** Quote volume grows with the size of the move (in units of the usual one), the market's activity and the asset's fashion. */
function turnover(asset: Asset, move: number, activity: number, interest: number, noise: number, day: number): number {
  const listingRush = 1 + 2 * clamp(1 - (day - asset.listed) / 30, 0, 1);
  const rush = asset.listed === MARKET_FIRST_DAY ? 1 : listingRush;
  return asset.turnover * activity * interest * rush * (0.31 + 0.26 * Math.min(move, 6)) * clamp(1 + 0.22 * noise, 0.4, 2);
}

function withPlantedCases(usual: MarketCandle, cases: readonly PlantedCase[], today: readonly PlantedCase[]): MarketCandle {
  const restarted = cases.some((c) => c.kind === 'relisting' && usual.day === c.to + 1);
  const fresh = restarted ? { ...usual, open: usual.close, high: usual.close * 1.02, low: usual.close * 0.98 } : usual;
  const halted = today.some((c) => c.kind === 'halt');
  const still = halted ? { ...fresh, open: usual.close, high: usual.close, low: usual.close, quoteVolume: 0 } : fresh;
  const defect = today.find((c) => c.kind === 'negative_volume' || c.kind === 'high_below_low')?.kind;
  const marked = defect === 'negative_volume' || defect === 'high_below_low' ? { ...still, defect } : still;
  const factor = cases.find((c) => c.kind === 'redenomination' && usual.day >= c.from)?.factor ?? 1;
  return factor === 1 ? marked : scaled(marked, factor);
}

function scaled(candle: MarketCandle, factor: number): MarketCandle {
  return {
    ...candle,
    open: candle.open * factor,
    high: candle.high * factor,
    low: candle.low * factor,
    close: candle.close * factor,
  };
}

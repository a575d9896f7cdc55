import type { LiveInstrument } from '../../live/live-instrument.ts';
import type { LiveMarket } from '../../live/live-market.ts';
import { type PositionBar, positionBars } from '../../live/position-history.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { plainDecimal } from '../wire-text.ts';

/** Intervals of `contract_stats`, ms. */
export const STATS_INTERVALS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
  '7d': 604_800_000,
};

/** Rows of `contract_stats` that begin in [fromMs, toMs], ascending; every published ratio is that of the published sides. */
export function contractStats(
  market: LiveMarket,
  instrument: TradedInstrument,
  intervalMs: number,
  fromMs: number,
  toMs: number,
): readonly Readonly<Record<string, number | string>>[] {
  const { swappedLongShort } = market.profile;
  return positionBars(market, instrument, intervalMs, fromMs, toMs).map((bar) => row(instrument.spec, bar, swappedLongShort));
}

/** `swapped` turns the ratios round, as the venue's field descriptions once were (market data spec §7.2). */
function row(spec: LiveInstrument, bar: PositionBar, swapped: boolean): Readonly<Record<string, number | string>> {
  const { positions, takerBuy, takerSell } = bar;
  const ratio = (long: number, short: number): number => (swapped ? quotient(short, long) : quotient(long, short));
  const contracts = 2 * Math.round(bar.oiClose);
  const base = (size: number): number => Number(plainDecimal(size * spec.contractSize, 12));
  return {
    time: bar.startMs / 1000,
    lsr_taker: ratio(takerBuy, takerSell),
    lsr_account: ratio(positions.longUsers, positions.shortUsers),
    long_liq_size: bar.longLiquidated,
    short_liq_size: bar.shortLiquidated,
    open_interest: contracts,
    short_liq_usd: bar.shortLiquidatedValue,
    mark_price: bar.mark,
    top_lsr_size: ratio(positions.topLongSize, positions.topShortSize),
    top_long_size: positions.topLongSize,
    top_short_size: positions.topShortSize,
    short_liq_amount: base(bar.shortLiquidated),
    long_liq_amount: base(bar.longLiquidated),
    short_liq_usd_new: bar.shortLiquidatedValue,
    long_liq_usd_new: bar.longLiquidatedValue,
    open_interest_usd: contracts * spec.contractSize * bar.mark,
    top_lsr_account: ratio(positions.topLongAccounts, positions.topShortAccounts),
    top_long_account: positions.topLongAccounts,
    top_short_account: positions.topShortAccounts,
    long_liq_usd: bar.longLiquidatedValue,
    long_taker_size: takerBuy,
    short_taker_size: takerSell,
    long_users: positions.longUsers,
    short_users: positions.shortUsers,
    last_funding_rate: plainDecimal(bar.fundingRate, 6),
  };
}

function quotient(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

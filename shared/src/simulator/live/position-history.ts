import { seededRandom } from '../../core/seeded-random.ts';
import type { Bar } from './bars.ts';
import type { Positions } from './crowd.ts';
import { instrumentKey } from './live-instrument.ts';
import type { LiveMarket } from './live-market.ts';
import type { Perpetual, PositionMinute } from './perpetual.ts';
import type { TradedInstrument } from './traded-instrument.ts';

/** Positions, liquidations and taker flow of one interval; sizes in size units, one-sided, values in the quote currency. */
export interface PositionBar {
  readonly startMs: number;
  readonly oiOpen: number;
  readonly oiHigh: number;
  readonly oiLow: number;
  readonly oiClose: number;
  readonly longLiquidated: number;
  readonly shortLiquidated: number;
  readonly longLiquidatedValue: number;
  readonly shortLiquidatedValue: number;
  readonly mark: number;
  readonly fundingRate: number;
  readonly positions: Positions;
  readonly takerBuy: number;
  readonly takerSell: number;
  readonly trades: number;
}

const MINUTE_MS = 60_000;
const MOST_BARS = 2000;

/**
 * What a perpetual's statistics say for the intervals that begin in [fromMs, toMs], ascending, the unfinished one included: real
 * since the start of the live market, seeded before. At most 2000 of them.
 */
export function positionBars(
  market: LiveMarket,
  instrument: TradedInstrument,
  intervalMs: number,
  fromMs: number,
  toMs: number,
): readonly PositionBar[] {
  const { perpetual } = instrument;
  if (perpetual === null) return [];
  const nowMs = market.schedule.nowMs;
  const latest = Math.floor(Math.min(toMs, nowMs) / intervalMs) * intervalMs;
  const earliest = Math.max(fromMs, latest - (MOST_BARS - 1) * intervalMs);
  return market.history.bars(instrument, intervalMs, earliest, latest, nowMs).map((bar) => {
    const endMs = bar.startMs + intervalMs;
    const minutes = perpetual.minutes.filter(({ minute }) => minute * MINUTE_MS >= bar.startMs && minute * MINUTE_MS < endMs);
    return minutes.length > 0 ? liveBar(bar, minutes) : pastBar(market, instrument, perpetual, bar, endMs);
  });
}

function liveBar(bar: Bar, minutes: readonly PositionMinute[]): PositionBar {
  const last = minutes.at(-1)!;
  const sum = (of: (minute: PositionMinute) => number): number => minutes.reduce((total, minute) => total + of(minute), 0);
  return {
    ...flow(bar),
    oiOpen: minutes[0]!.oiOpen,
    oiHigh: Math.max(...minutes.map((minute) => minute.oiHigh)),
    oiLow: Math.min(...minutes.map((minute) => minute.oiLow)),
    oiClose: last.oiClose,
    longLiquidated: sum((minute) => minute.longLiquidated),
    shortLiquidated: sum((minute) => minute.shortLiquidated),
    longLiquidatedValue: sum((minute) => minute.longLiquidatedValue),
    shortLiquidatedValue: sum((minute) => minute.shortLiquidatedValue),
    mark: last.mark,
    fundingRate: last.fundingRate,
    positions: last.positions,
  };
}

function pastBar(market: LiveMarket, instrument: TradedInstrument, perpetual: Perpetual, bar: Bar, endMs: number): PositionBar {
  const random = seededRandom(`${market.seed}/live/positions/${instrumentKey(instrument.spec)}/${bar.startMs}/${endMs}`);
  const start = perpetual.minutes[0]?.positions ?? perpetual.positions;
  const around = (value: number, width: number): number => Math.max(1, Math.round(value * (1 + width * (random.next() - 0.5))));
  const [open, close] = [around(start.openInterest, 0.06), around(start.openInterest, 0.06)];
  const none = { longLiquidated: 0, shortLiquidated: 0, longLiquidatedValue: 0, shortLiquidatedValue: 0 };
  return {
    ...flow(bar),
    ...none,
    oiOpen: open,
    oiHigh: Math.max(open, close),
    oiLow: Math.min(open, close),
    oiClose: close,
    mark: market.history.pastPrice(instrument, endMs),
    fundingRate: perpetual.funding.history(1)[0]?.rate ?? perpetual.funding.rate,
    positions: {
      openInterest: close,
      longUsers: around(start.longUsers, 0.06),
      shortUsers: around(start.shortUsers, 0.06),
      topLongAccounts: around(start.topLongAccounts, 0.06),
      topShortAccounts: around(start.topShortAccounts, 0.06),
      topLongSize: around(start.topLongSize, 0.06),
      topShortSize: around(start.topShortSize, 0.06),
    },
  };
}

function flow({ startMs, buySize, sellSize, trades }: Bar): Pick<PositionBar, 'startMs' | 'takerBuy' | 'takerSell' | 'trades'> {
  return { startMs, takerBuy: buySize, takerSell: sellSize, trades };
}

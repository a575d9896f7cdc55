import { DAY_MS } from '../../core/calendar-day.ts';
import { seededRandom } from '../../core/seeded-random.ts';
import { powerOfTen } from '../fixed-digits.ts';
import { instrumentKey } from './live-instrument.ts';
import type { PastPrices } from './past-prices.ts';
import type { MinuteBar } from './trade-tape.ts';
import type { TradedInstrument } from './traded-instrument.ts';

/** A bar in the instrument's units: prices in price units, sizes in size units, value in the quote currency. */
export interface Bar {
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly buySize: number;
  readonly sellSize: number;
  readonly value: number;
  readonly trades: number;
}

const INTERIOR_POINTS = 5;
const MINUTE_MS = 60_000;
/** Value of a usual past trade, for the count of trades. */
const USUAL_TRADE = 900;

/**
 * Bars of one instrument from its past (seeded, before the start of the live market) and its own trades since. A bar without
 * trades is flat at the close before it.
 */
export class BarHistory {
  readonly #past: PastPrices;
  readonly #seed: string;
  readonly #startMs: number;

  constructor(past: PastPrices, seed: string, startMs: number) {
    this.#past = past;
    this.#seed = seed;
    this.#startMs = startMs;
  }

  /** Bars that begin in [fromMs, toMs] and not after `nowMs`, ascending, the unfinished one included. */
  bars(instrument: TradedInstrument, intervalMs: number, fromMs: number, toMs: number, nowMs: number): readonly Bar[] {
    const first = Math.ceil(fromMs / intervalMs) * intervalMs;
    const last = Math.min(toMs, nowMs);
    const bars: Bar[] = [];
    for (let startMs = first; startMs <= last; startMs += intervalMs) {
      const bar = this.#bar(instrument, startMs, startMs + intervalMs, bars.at(-1));
      if (bar !== undefined) bars.push(bar);
    }
    return bars;
  }

  /** Price in quote currency before the start; NaN before the base traded. */
  pastPrice({ openPrice, spec }: TradedInstrument, atMs: number): number {
    return spec.base === 'USDT' ? openPrice : openPrice * this.#past.relative(spec.base, atMs);
  }

  #bar(instrument: TradedInstrument, startMs: number, endMs: number, before: Bar | undefined): Bar | undefined {
    if (endMs <= this.#startMs) return this.#pastBar(instrument, startMs, endMs);
    const live = liveBar(instrument, Math.max(startMs, this.#startMs), endMs);
    if (startMs < this.#startMs) {
      const past = this.#pastBar(instrument, startMs, this.#startMs);
      return past === undefined || live === undefined ? (past ?? live) : joined(past, live);
    }
    return live === undefined ? flatBar(instrument, startMs, before) : { ...live, startMs };
  }

  #pastBar(instrument: TradedInstrument, startMs: number, endMs: number): Bar | undefined {
    const step = (endMs - startMs) / (INTERIOR_POINTS + 1);
    const path = Array.from({ length: INTERIOR_POINTS + 2 }, (_, i) => this.pastPrice(instrument, startMs + i * step));
    if (path.some(Number.isNaN)) return undefined;
    const random = seededRandom(`${this.#seed}/live/bar/${instrumentKey(instrument.spec)}/${startMs}/${endMs}`);
    const [busy, lean, up, down] = [random.next(), random.next(), random.next(), random.next()];
    const units = (price: number): number => Math.max(1, Math.round(price * powerOfTen(instrument.spec.priceDigits)));
    const value = ((instrument.spec.dayTurnover * (endMs - startMs)) / DAY_MS) * (0.4 + 1.2 * busy);
    const size = sizeOfValue(instrument, value, path[0]!);
    const buySize = Math.round(size * (0.42 + 0.16 * lean));
    return {
      startMs,
      open: units(path[0]!),
      high: units(Math.max(...path) * (1 + 0.0004 * up)),
      low: units(Math.min(...path) * (1 - 0.0004 * down)),
      close: units(path.at(-1)!),
      buySize,
      sellSize: size - buySize,
      value,
      trades: Math.ceil(value / USUAL_TRADE),
    };
  }
}

function sizeOfValue({ spec }: TradedInstrument, value: number, price: number): number {
  const contracts = spec.kind === 'inverse' ? value / spec.contractSize : value / (price * spec.contractSize);
  return Math.min(Math.round(contracts * powerOfTen(spec.sizeDigits)), Number.MAX_SAFE_INTEGER);
}

function liveBar({ tape }: TradedInstrument, startMs: number, endMs: number): Bar | undefined {
  const [from, to] = [Math.floor(startMs / MINUTE_MS), Math.ceil(endMs / MINUTE_MS)];
  return tape.bars
    .filter(({ minute }) => minute >= from && minute < to)
    .map((bar): Bar => ({ startMs, ...withoutMinute(bar) }))
    .reduce<Bar | undefined>((sum, bar) => (sum === undefined ? bar : joined(sum, bar)), undefined);
}

function withoutMinute({ minute: _minute, ...bar }: MinuteBar): Omit<MinuteBar, 'minute'> {
  return bar;
}

/** Two bars, one after the other, as one. */
function joined(first: Bar, second: Bar): Bar {
  return {
    startMs: first.startMs,
    open: first.open,
    high: Math.max(first.high, second.high),
    low: Math.min(first.low, second.low),
    close: second.close,
    buySize: first.buySize + second.buySize,
    sellSize: first.sellSize + second.sellSize,
    value: first.value + second.value,
    trades: first.trades + second.trades,
  };
}

function flatBar({ tape }: TradedInstrument, startMs: number, before: Bar | undefined): Bar {
  const price = before?.close ?? tape.lastPrice;
  return { startMs, open: price, high: price, low: price, close: price, buySize: 0, sellSize: 0, value: 0, trades: 0 };
}

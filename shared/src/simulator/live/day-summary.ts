import type { Bar, BarHistory } from './bars.ts';
import type { TradedInstrument } from './traded-instrument.ts';

/** The last 24 hours of an instrument, in its units. */
export interface DaySummary {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly size: number;
  /** Quote currency; US dollars for inverse contracts. */
  readonly value: number;
  readonly trades: number;
}

const HOUR_MS = 3_600_000;

/** Sums of the last 24 hours, kept by the hour: what lies before the running hour is read once an hour. */
export class DaySummaries {
  readonly #history: BarHistory;
  readonly #before = new Map<
    TradedInstrument,
    { readonly hour: number; readonly digits: number; readonly bars: readonly Bar[] }
  >();

  constructor(history: BarHistory) {
    this.#history = history;
  }

  of(instrument: TradedInstrument, nowMs: number): DaySummary {
    const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
    const running = this.#history.bars(instrument, HOUR_MS, hourMs, hourMs, nowMs);
    const bars = [...this.#closedHours(instrument, hourMs), ...running];
    const last = instrument.tape.lastPrice;
    return {
      open: bars[0]?.open ?? last,
      high: bars.reduce((high, bar) => Math.max(high, bar.high), last),
      low: bars.reduce((low, bar) => Math.min(low, bar.low), last),
      size: bars.reduce((sum, bar) => sum + bar.buySize + bar.sellSize, 0),
      value: bars.reduce((sum, bar) => sum + bar.value, 0),
      trades: bars.reduce((sum, bar) => sum + bar.trades, 0),
    };
  }

  #closedHours(instrument: TradedInstrument, hourMs: number): readonly Bar[] {
    const known = this.#before.get(instrument);
    const digits = instrument.spec.priceDigits;
    if (known?.hour === hourMs && known.digits === digits) return known.bars;
    const bars = this.#history.bars(instrument, HOUR_MS, hourMs - 23 * HOUR_MS, hourMs - 1, hourMs);
    this.#before.set(instrument, { hour: hourMs, digits, bars });
    return bars;
  }
}

import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import type { TradeEvent } from '../../contracts/market-events/trade-events.ts';
import type { Bar } from '../../contracts/stream-payloads.ts';
import { MINUTE_GRACE_MS, MINUTE_MS, minuteOf } from './minutes.ts';

/** What one contract is worth; undefined for an instrument that is not known. */
export type ContractOf = (instrument: string) => Pick<InstrumentSpec, 'settle' | 'contract_size'> | undefined;

export interface ClosedBar {
  readonly instrument: string;
  readonly bar: Bar;
  /** Its volume by the side of the taker, base units. */
  readonly taker: { readonly buy: number; readonly sell: number };
}

export interface BarCounters {
  built: number;
  /** Bars with prints that were not published: we had not listened from their start, or prints were lost. */
  incomplete: number;
  /** Prints of a bar that was closed already; it is never edited. */
  late: number;
}

interface OpenBar {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteVolume: number;
  takerBuy: number;
  takerSell: number;
  trades: number;
}

interface Seat {
  /** Every print since then has reached us, ms; Infinity until the next one comes. */
  coveredMs: number;
  /** By the start of its minute, ascending as prints come. */
  readonly bars: Map<number, OpenBar>;
  closedMs: number;
}

/**
 * Builds closed one-minute bars of our own prints, in base units. A bar of which we may have missed a print is left out, never
 * guessed: the minute of an instrument's first print, and every minute that a gap or a print without a usable time touches.
 */
export class BarBuilder {
  readonly counters: BarCounters = { built: 0, incomplete: 0, late: 0 };
  readonly #seats = new Map<string, Seat>();
  readonly #contractOf: ContractOf;

  constructor(contractOf: ContractOf) {
    this.#contractOf = contractOf;
  }

  /** Prints were lost: what comes before the next print cannot be known to be whole. */
  lost(instrument: string): void {
    this.#seatOf(instrument).coveredMs = Number.POSITIVE_INFINITY;
  }

  push(trade: TradeEvent): void {
    const seat = this.#seatOf(trade.instrument);
    const base = this.#baseOf(trade);
    if (trade.quality !== 'live' || base === undefined) {
      seat.coveredMs = Number.POSITIVE_INFINITY;
      return;
    }
    if (seat.coveredMs === Number.POSITIVE_INFINITY) seat.coveredMs = trade.ts_recv;
    const start = minuteOf(trade.ts_event);
    if (start + MINUTE_MS <= seat.closedMs) this.counters.late += 1;
    else addTo(seat, start, trade, base);
  }

  /** Bars that closed at least the grace before `nowMs`. */
  due(nowMs: number): readonly ClosedBar[] {
    const found: ClosedBar[] = [];
    const closedMs = minuteOf(nowMs - MINUTE_GRACE_MS);
    for (const [instrument, seat] of this.#seats) {
      for (const [start, open] of seat.bars) {
        if (start + MINUTE_MS > closedMs) continue;
        seat.bars.delete(start);
        if (seat.coveredMs > start) this.counters.incomplete += 1;
        else found.push(closedBar(instrument, start, open));
      }
      seat.closedMs = closedMs;
    }
    this.counters.built += found.length;
    return found;
  }

  #seatOf(instrument: string): Seat {
    const known = this.#seats.get(instrument);
    if (known !== undefined) return known;
    const seat: Seat = { coveredMs: Number.POSITIVE_INFINITY, bars: new Map(), closedMs: 0 };
    this.#seats.set(instrument, seat);
    return seat;
  }

  #baseOf({ instrument, unit, qty, price }: TradeEvent): number | undefined {
    if (unit === 'base') return qty;
    const contract = this.#contractOf(instrument);
    if (contract === undefined) return undefined;
    return contract.settle === 'linear' ? qty * contract.contract_size : (qty * contract.contract_size) / price;
  }
}

function addTo(seat: Seat, start: number, { price, side }: TradeEvent, base: number): void {
  const bar = seat.bars.get(start) ?? openBar(price);
  seat.bars.set(start, bar);
  bar.high = Math.max(bar.high, price);
  bar.low = Math.min(bar.low, price);
  bar.close = price;
  bar.volume += base;
  bar.quoteVolume += base * price;
  if (side === 'buy') bar.takerBuy += base;
  else bar.takerSell += base;
  bar.trades += 1;
}

function openBar(price: number): OpenBar {
  const prices = { open: price, high: price, low: price, close: price };
  return { ...prices, volume: 0, quoteVolume: 0, takerBuy: 0, takerSell: 0, trades: 0 };
}

function closedBar(instrument: string, start: number, open: OpenBar): ClosedBar {
  const ts = start + MINUTE_MS;
  const { takerBuy, takerSell, quoteVolume, volume, trades, ...prices } = open;
  const bar = {
    ts,
    interval_ms: MINUTE_MS,
    ...prices,
    volume,
    quote_volume: quoteVolume,
    trades,
    available_at: ts + MINUTE_GRACE_MS,
  };
  return { instrument, bar, taker: { buy: takerBuy, sell: takerSell } };
}

import type { TradeEvent, TradeGapEvent } from '../../contracts/market-events/trade-events.ts';

export type PrintEvent = TradeEvent | TradeGapEvent;

/** Prints of one instrument that travel together. */
export interface PrintBatch {
  readonly instrument: string;
  readonly events: readonly PrintEvent[];
}

/** A print waits at most this long for company (data platform spec §3). */
const WITHIN_MS = 250;

/** A batch is full with so many prints: about 60 KB. */
const MOST_PRINTS = 250;

/** Gathers the prints of each instrument, gaps in their place. */
export class TradeBatches {
  readonly #open = new Map<string, PrintEvent[]>();
  #full: PrintBatch[] = [];

  push(event: PrintEvent): void {
    const events = this.#open.get(event.instrument);
    if (events === undefined) this.#open.set(event.instrument, [event]);
    else if (events.push(event) >= MOST_PRINTS) this.#close(event.instrument, events);
  }

  /** Batches that are full, or whose oldest print has waited long enough at `nowMs`; `Infinity` = all. */
  due(nowMs: number): readonly PrintBatch[] {
    for (const [instrument, events] of this.#open) {
      if (nowMs - events[0]!.ts_recv >= WITHIN_MS) this.#close(instrument, events);
    }
    const due = this.#full;
    this.#full = [];
    return due;
  }

  #close(instrument: string, events: readonly PrintEvent[]): void {
    this.#open.delete(instrument);
    this.#full.push({ instrument, events });
  }
}

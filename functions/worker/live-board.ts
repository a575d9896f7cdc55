import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';

/** What is known of one instrument right now. */
export interface LiveRow {
  readonly instrument: string;
  readonly bid: number | null;
  readonly ask: number | null;
  /** Share of bid notional over ask notional in the best ten levels, −1 to 1. */
  readonly imbalance: number | null;
  readonly isLive: boolean;
  /** Why the book is not live; null when it is, or when it never was. */
  readonly reason: string | null;
  /** When its book last said anything, ms since the epoch. */
  readonly heardMs: number | null;
}

const NO_NUMBERS = { bid: null, ask: null, imbalance: null };

/** The newest of every book, for people to look at. A book that is not live shows no numbers. */
export class LiveBoard {
  readonly #rows = new Map<string, { -readonly [Key in keyof LiveRow]: LiveRow[Key] }>();

  onEvent(event: MarketEvent): void {
    if (event.type === 'book_top') {
      const { bid, ask, ts_recv: heardMs } = event;
      Object.assign(this.#rowOf(event.instrument), { bid, ask, heardMs });
    } else if (event.type === 'book_depth') {
      const both = event.best_bid + event.best_ask;
      this.#rowOf(event.instrument).imbalance = both > 0 ? (event.best_bid - event.best_ask) / both : null;
    } else if (event.type === 'book_state') {
      const { live: isLive, reason, ts_recv: heardMs } = event;
      Object.assign(this.#rowOf(event.instrument), { isLive, reason, heardMs }, isLive ? {} : NO_NUMBERS);
    }
  }

  /** One instrument; one that never spoke has no numbers. */
  row(instrument: string): LiveRow {
    return this.#rowOf(instrument);
  }

  #rowOf(instrument: string) {
    const known = this.#rows.get(instrument);
    if (known !== undefined) return known;
    const row = { instrument, ...NO_NUMBERS, isLive: false, reason: null, heardMs: null };
    this.#rows.set(instrument, row);
    return row;
  }
}

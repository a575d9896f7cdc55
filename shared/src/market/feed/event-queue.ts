import type { MarketEvent } from '../../contracts/market-events/market-event.ts';

export interface QueueCounters {
  taken: number;
  /** Events that a newer one of the same instrument and type replaced before they were taken. */
  conflated: number;
  /** Prints and other events of which each counts, lost because the queue was full. */
  dropped: number;
}

/** Types of which only the newest counts: a reader that is late wants the present, not its history. */
const CONFLATABLE: ReadonlySet<MarketEvent['type']> = new Set([
  'book_top',
  'book_depth',
  'mark',
  'basis',
  'funding',
  'open_interest',
  'venue_health',
]);

/**
 * A bounded queue between feeds and a reader that may be slower. Values of which only the newest counts are conflated, so that
 * they never take more room than one place per instrument and type; when all else has filled the queue its oldest event goes, and
 * a lost print leaves a `trade_gap` in its place. Order is kept: a conflated value keeps the place of its newest event.
 */
export class EventQueue {
  readonly counters: QueueCounters = { taken: 0, conflated: 0, dropped: 0 };
  readonly #most: number;
  /** By key, in the order of the newest event of each. */
  readonly #waiting = new Map<string, MarketEvent>();
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#waiting.size;
  }

  push(event: MarketEvent): void {
    const key = CONFLATABLE.has(event.type) ? `${event.instrument} ${event.type}` : this.#freshKey();
    if (this.#waiting.delete(key)) this.counters.conflated += 1;
    this.#waiting.set(key, event);
    while (this.#waiting.size > this.#most) this.#dropOldest();
  }

  /** Up to `most` events, oldest first. */
  take(most: number): readonly MarketEvent[] {
    const taken: MarketEvent[] = [];
    for (const [key, event] of this.#waiting) {
      if (taken.length >= most) break;
      this.#waiting.delete(key);
      taken.push(event);
    }
    this.counters.taken += taken.length;
    return taken;
  }

  #freshKey(): string {
    this.#next += 1;
    return `#${this.#next}`;
  }

  /** The oldest event of which each counts; its loss is told once per instrument, by the gap that is waiting already. */
  #dropOldest(): void {
    for (const [key, event] of this.#waiting) {
      if (event.type === 'trade_gap' || CONFLATABLE.has(event.type) || event.type === 'book_state') continue;
      this.#waiting.delete(key);
      this.counters.dropped += 1;
      if (event.type === 'trade') this.#tellGap(event);
      return;
    }
    // Nothing but states and newest values: the oldest of them has to go.
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
    this.counters.dropped += 1;
  }

  #tellGap({ venue, instrument, ts_event, ts_recv, available_at, raw_ref }: MarketEvent): void {
    const key = `${instrument} trade_gap`;
    if (this.#waiting.has(key)) return;
    const common = { venue, instrument, ts_event, ts_recv, available_at, quality: 'live', raw_ref } as const;
    this.#waiting.set(key, { ...common, type: 'trade_gap', unit: 'state', reason: 'queue_full' });
  }
}

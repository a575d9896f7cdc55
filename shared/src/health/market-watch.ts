import type { HealthFinding } from '../contracts/health-finding.ts';
import type { WorkerParams } from '../contracts/worker-params.ts';

/** A book that is followed, at one instant. */
export interface BookReading {
  readonly venue: string;
  readonly instrument: string;
  readonly isLive: boolean;
  /** The venue speaks for the microstructure of this book's symbol (market data spec §1.4). */
  readonly isPrimary: boolean;
}

/** A connection at one instant. */
export interface ConnectionReading {
  readonly venue: string;
  readonly connection: string;
  readonly isOpen: boolean;
  /** Sockets that it has opened so far. */
  readonly sockets: number;
}

/** Polls of a venue at one instant. */
export interface PollReading {
  readonly venue: string;
  /** Failures of the worst poll since its last success. */
  readonly failures: number;
  /** An endpoint is left alone after failures. */
  readonly isBreakerOpen: boolean;
}

export interface MarketReading {
  readonly books: readonly BookReading[];
  readonly connections: readonly ConnectionReading[];
  readonly polls: readonly PollReading[];
}

/** Three reconnects in ten minutes (quant spec §11). */
const MOST_RECONNECTS = 3;
const RECONNECT_WINDOW_MS = 600_000;

/**
 * What is not right with venues (quant spec §11), from readings taken every second or so. A reconnect is the loss of a connection
 * that was open: an attempt that fails is no second loss.
 */
export class MarketWatch {
  readonly #params: WorkerParams['health'];
  /** Since when each book is not live. */
  readonly #darkSinceMs = new Map<string, number>();
  readonly #connections = new Map<string, ConnectionReading>();
  readonly #lossesMs = new Map<string, readonly number[]>();
  #findings: readonly HealthFinding[] = [];

  constructor(params: WorkerParams['health']) {
    this.#params = params;
  }

  /** What the last look found. */
  get findings(): readonly HealthFinding[] {
    return this.#findings;
  }

  look(reading: MarketReading, nowMs: number): void {
    this.#noteBooks(reading.books, nowMs);
    for (const connection of reading.connections) this.#noteConnection(connection, nowMs);
    this.#findings = [
      ...this.#reconnecting(reading.books, nowMs),
      ...this.#withoutBook(reading.books, nowMs),
      ...this.#rest(reading),
    ];
  }

  /** Connections of a venue that were lost within the last `windowMs`. */
  losses(venue: string, windowMs: number, nowMs: number): number {
    return (this.#lossesMs.get(venue) ?? []).filter((ms) => ms > nowMs - windowMs).length;
  }

  #noteBooks(books: readonly BookReading[], nowMs: number): void {
    const watched = new Set(books.map(({ instrument }) => instrument));
    for (const instrument of this.#darkSinceMs.keys()) if (!watched.has(instrument)) this.#darkSinceMs.delete(instrument);
    for (const { instrument, isLive } of books) {
      if (isLive) this.#darkSinceMs.delete(instrument);
      else if (!this.#darkSinceMs.has(instrument)) this.#darkSinceMs.set(instrument, nowMs);
    }
  }

  #noteConnection(now: ConnectionReading, nowMs: number): void {
    const { venue, connection } = now;
    const before = this.#connections.get(connection);
    this.#connections.set(connection, now);
    if (before === undefined || !before.isOpen || (now.isOpen && now.sockets === before.sockets)) return;
    const kept = (this.#lossesMs.get(venue) ?? []).filter((ms) => ms > nowMs - HOUR_MS);
    this.#lossesMs.set(venue, [...kept, nowMs]);
  }

  #reconnecting(books: readonly BookReading[], nowMs: number): readonly HealthFinding[] {
    const dark = books.filter(({ instrument }) => this.#darkMs(instrument, nowMs) > this.#params.book_not_live_ms);
    const venues = new Set(dark.map(({ venue }) => venue));
    for (const venue of this.#lossesMs.keys()) {
      if (this.losses(venue, RECONNECT_WINDOW_MS, nowMs) >= MOST_RECONNECTS) venues.add(venue);
    }
    return [...venues].map((venue) => ({ area: 'venue', level: 'degraded', reason: `${venue}_reconnecting` }));
  }

  /** A venue that speaks for some symbols, and none of their books has been live for a minute. */
  #withoutBook(books: readonly BookReading[], nowMs: number): readonly HealthFinding[] {
    const primary = Map.groupBy(
      books.filter(({ isPrimary }) => isPrimary),
      ({ venue }) => venue,
    );
    const lost = [...primary].filter(([, own]) =>
      own.every(({ instrument }) => this.#darkMs(instrument, nowMs) > this.#params.no_book_ms),
    );
    return lost.map(([venue]) => ({ area: 'venue', level: 'fail', reason: `${venue}_no_book` }));
  }

  #rest({ polls }: MarketReading): readonly HealthFinding[] {
    const bad = polls.filter(({ failures, isBreakerOpen }) => failures >= this.#params.rest_failures || isBreakerOpen);
    return bad.map(({ venue }) => ({ area: 'venue', level: 'degraded', reason: `${venue}_rest` }));
  }

  #darkMs(instrument: string, nowMs: number): number {
    const since = this.#darkSinceMs.get(instrument);
    return since === undefined ? 0 : nowMs - since;
  }
}

const HOUR_MS = 3_600_000;

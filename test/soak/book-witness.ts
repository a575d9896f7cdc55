import type { ReadableBook } from '#shared/market/book/order-book.ts';
import type { ClaimedBook } from '#shared/simulator/live/judge.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import type { FrameSubject } from '#shared/simulator/streams/stream-session.ts';
import { claimOf, levelsChecksum, surfaceOf } from './book-claim.ts';

/** A book as its client has it; `book` is null while it is not live. */
export interface WatchedBook {
  readonly instrument: string;
  readonly venueSymbol: string;
  readonly book: ReadableBook | null;
  /** Levels a side that the client subscribed to. */
  readonly depth: number;
}

/** What the stream of a surface proves: Kraken's checksum ten levels a side, numbered messages the whole book. */
const PROVEN_LEVELS: Readonly<Record<LiveSurface, number>> = {
  kraken_spot: 10,
  kraken_futures: 25,
  gate_spot: 25,
  gate_futures: 25,
};

/** No book is live on a socket that has been silent for longer (market data spec §4.4), and a second to notice. */
const LONGEST_SILENCE_MS: Readonly<Record<LiveSurface, number>> = {
  kraken_spot: 6_000,
  kraken_futures: 11_000,
  gate_spot: 11_000,
  gate_futures: 11_000,
};
/**
 * What no stream shows is found by comparison with REST: every five minutes, seen twice, and once more where REST failed. So is a
 * message that was lost before the book fell quiet.
 */
export const LATEST_FOUND_MS = 660_000;

export interface WitnessFigures {
  /** Live books compared in what their stream proves, after a message. */
  checks: number;
  /** Live books compared level by level down to their last. */
  wholeChecks: number;
  /** Checksums of live Kraken books compared. */
  checksums: number;
  /** Live books that were wrong, or old, or wrong below what the stream proves for too long. */
  undetected: number;
  /** The first of them, in words. */
  readonly examples: string[];
  /** Times for which a book was wrong where its stream cannot show it, until that was found or overtaken, ms. */
  readonly hiddenMs: number[];
  /** How much older than the market live books were at the worst, by surface, ms. */
  readonly oldestMs: Record<string, number>;
}

interface Followed {
  /** Number of the newest change that the client has read; −1 before the first. */
  consumed: number;
  /** When a digit was changed on a stream that does not prove its digits; null when the book is free of it again. */
  tamperedMs: number | null;
  wrongSinceMs: number | null;
  isOld: boolean;
}

/** Longer than any message is held back or late. */
const LATE_MESSAGE_MS = 15_000;
const MOST_EXAMPLES = 20;

/**
 * Holds every book that a client calls live against the simulator's own, as it stood with the newest message that the client has
 * read. It knows nothing of how the client came to its book.
 */
export class BookWitness {
  readonly figures: WitnessFigures = {
    checks: 0,
    wholeChecks: 0,
    checksums: 0,
    undetected: 0,
    examples: [],
    hiddenMs: [],
    oldestMs: {},
  };
  readonly #simulator: LiveSimulator;
  readonly #followed = new Map<string, Followed>();
  readonly #spokeMs = new Map<LiveSurface, number>();
  #books: (surface: LiveSurface, symbol: string) => WatchedBook | undefined = () => undefined;

  constructor(simulator: LiveSimulator) {
    this.#simulator = simulator;
  }

  watch(books: (surface: LiveSurface, symbol: string) => WatchedBook | undefined): void {
    this.#books = books;
  }

  opened(surface: LiveSurface): void {
    for (const key of this.#followed.keys()) if (key.startsWith(`${surface} `)) this.#followed.get(key)!.consumed = -1;
  }

  /** Anything came on a surface's socket. */
  spoke(surface: LiveSurface): void {
    this.#spokeMs.set(surface, this.#simulator.nowMs);
  }

  /** A digit of a message was changed where nothing in the stream can show it. */
  tampered(surface: LiveSurface, symbol: string): void {
    this.#of(surface, symbol).tamperedMs = this.#simulator.nowMs;
  }

  /** A client has read a book message: what it calls live must be true now. */
  consumed(surface: LiveSurface, { symbol, kind, sequence }: FrameSubject): void {
    const followed = this.#of(surface, symbol);
    followed.consumed = kind === 'snapshot' ? sequence : Math.max(followed.consumed, sequence);
    const watched = this.#books(surface, symbol);
    if (watched?.book == null || followed.tamperedMs !== null) return;
    this.figures.checks += 1;
    this.#compare(surface, watched, followed.consumed, Math.min(watched.depth, PROVEN_LEVELS[surface]));
  }

  /** Looks at a whole book, whatever was said of it last. */
  inspect(watched: WatchedBook): void {
    const surface = surfaceOf(watched.instrument);
    const followed = this.#of(surface, watched.venueSymbol);
    const { nowMs } = this.#simulator;
    if (watched.book === null || followed.consumed < 0) {
      this.#settle(followed, nowMs);
      followed.isOld = false;
      return;
    }
    this.figures.wholeChecks += 1;
    this.#judgeAge(surface, watched, followed);
    const { judge } = this.#simulator;
    const claim = claimOf(watched.book, watched.depth);
    const verdict = judge.compare(surface, watched.venueSymbol, followed.consumed, claim, watched.depth);
    if (verdict === undefined || verdict === null) this.#settle(followed, nowMs);
    else if (followed.tamperedMs !== null || (surface === 'kraken_spot' && verdict.rank >= PROVEN_LEVELS[surface])) {
      this.#hidden(watched, followed, JSON.stringify(verdict));
    } else this.#wrong(watched, JSON.stringify(verdict));
  }

  #compare(surface: LiveSurface, watched: WatchedBook, sequence: number, depth: number): void {
    const claim = claimOf(watched.book!, depth);
    const verdict = this.#simulator.judge.compare(surface, watched.venueSymbol, sequence, claim, depth);
    if (verdict === undefined) this.#wrong(watched, `the truth at ${sequence} is not known any more`);
    else if (verdict !== null) this.#wrong(watched, JSON.stringify(verdict));
    else if (surface === 'kraken_spot') this.#compareChecksum(watched, claim, sequence);
  }

  #compareChecksum(watched: WatchedBook, claim: ClaimedBook, sequence: number): void {
    const truth = this.#simulator.judge.bookAt('kraken_spot', watched.venueSymbol, sequence, 10);
    // Between a change of digits and the next message both ways of writing are right.
    if (truth?.priceDigits !== claim.priceDigits) return;
    this.figures.checksums += 1;
    const [ours, theirs] = [levelsChecksum(claim), levelsChecksum(truth)];
    if (ours !== theirs) this.#wrong(watched, `checksum ${ours} instead of ${theirs}`);
  }

  /** How long ago the market left the state that the client shows. */
  #judgeAge(surface: LiveSurface, watched: WatchedBook, followed: Followed): void {
    const { judge, market, nowMs } = this.#simulator;
    const next = judge.bookAt(surface, watched.venueSymbol, followed.consumed + 1, 0);
    const ageMs = next === undefined ? 0 : Math.max(0, market.schedule.nowUs - next.atUs) / 1000;
    const { oldestMs } = this.figures;
    oldestMs[surface] = Math.max(oldestMs[surface] ?? 0, Math.round(ageMs));
    const silentMs = nowMs - (this.#spokeMs.get(surface) ?? nowMs);
    const isOld = silentMs > LONGEST_SILENCE_MS[surface] || ageMs > LATEST_FOUND_MS;
    if (isOld && !followed.isOld) this.#wrong(watched, `live, ${Math.round(ageMs)} ms old, its socket silent for ${silentMs} ms`);
    followed.isOld = isOld;
  }

  #hidden(watched: WatchedBook, followed: Followed, what: string): void {
    const { nowMs } = this.#simulator;
    followed.wrongSinceMs ??= nowMs;
    if (nowMs - followed.wrongSinceMs <= LATEST_FOUND_MS) return;
    this.#settle(followed, nowMs);
    this.#wrong(watched, `wrong for ${LATEST_FOUND_MS} ms: ${what}`);
  }

  #settle(followed: Followed, nowMs: number): void {
    // A late message may yet bring the changed digit.
    if (followed.tamperedMs !== null && nowMs - followed.tamperedMs > LATE_MESSAGE_MS) followed.tamperedMs = null;
    if (followed.wrongSinceMs === null) return;
    this.figures.hiddenMs.push(nowMs - followed.wrongSinceMs);
    followed.wrongSinceMs = null;
  }

  #wrong({ instrument }: WatchedBook, what: string): void {
    this.figures.undetected += 1;
    if (this.figures.examples.length < MOST_EXAMPLES) {
      this.figures.examples.push(`${this.#simulator.nowMs} ${instrument}: ${what}`);
    }
  }

  #of(surface: LiveSurface, symbol: string): Followed {
    const key = `${surface} ${symbol}`;
    const known = this.#followed.get(key) ?? { consumed: -1, tamperedMs: null, wrongSinceMs: null, isOld: false };
    this.#followed.set(key, known);
    return known;
  }
}

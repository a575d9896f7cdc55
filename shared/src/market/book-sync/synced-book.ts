import type { BookMemory } from '../book/kernel/book-memory.ts';
import type { ChecksumBook, KrakenChecksum } from '../book/kraken-checksum.ts';
import { type BookDigits, OrderBook, type ReadableBook } from '../book/order-book.ts';
import { ABSENT, type BookFrame, copyBookFrame } from '../venues/book-frame.ts';
import {
  type BookEvent,
  type BookState,
  type InvalidReason,
  idleState,
  isSnapshotOverdue,
  MOST_BUFFERED_DELTAS,
  MOST_CROSSED_MS,
  nextBookState,
} from './book-state.ts';
import type { SequenceRule } from './sequence-rule.ts';

export interface SyncedBookOptions {
  readonly digits: BookDigits;
  /** Levels kept on each side: the subscribed depth, `Infinity` for a full book. */
  readonly depth: number;
  readonly rule: SequenceRule;
  /** Verifies frames that carry a checksum; one instance may serve many books. */
  readonly checksum?: KrakenChecksum;
  /** Where the reader of its frames leaves the changes. */
  readonly memory?: BookMemory | null;
  readonly nowMs: number;
}

/** What a reader gets. Levels are in reach only while the book is live (market data spec §4.1). */
export interface BookReading {
  readonly state: BookState['phase'];
  readonly reason: InvalidReason | null;
  readonly sinceMs: number;
  readonly book: ReadableBook | null;
}

/** What became of a message. */
export type FrameOutcome = 'published' | 'buffered' | 'ignored' | 'invalid';

/** One instrument's book and its life: buffers, bridges, applies, verifies; a book that is not provably right is not readable. */
export class SyncedBook {
  /** Messages after which the book was live and verified. */
  published = 0;
  readonly #rule: SequenceRule;
  readonly #checksum: KrakenChecksum | undefined;
  readonly #book: OrderBook;
  #state: BookState;
  #buffer: BookFrame[] = [];
  readonly #applied = { lastId: ABSENT };
  /** Venue's time of the newest message that was applied, where messages have no numbers. */
  #appliedMs = ABSENT;
  #crossedSinceMs = ABSENT;
  readonly #checked: ChecksumBook | undefined;

  constructor(options: SyncedBookOptions) {
    this.#rule = options.rule;
    this.#checksum = options.checksum;
    this.#book = new OrderBook(options.digits, options.depth, options.memory ?? null);
    this.#checked = options.checksum?.newBook(this.#book);
    this.#state = idleState(options.nowMs);
  }

  get state(): BookState {
    return this.#state;
  }

  /** It awaits its snapshot, and has no level that could be wrong. */
  get isWaiting(): boolean {
    return this.#state.phase === 'buffering';
  }

  /** Deletions of absent levels so far. */
  get absentDeletes(): number {
    return this.#book.absentDeletes;
  }

  /** The levels while they may be believed, null otherwise; what `read` says without making an object. */
  get liveBook(): ReadableBook | null {
    return this.#state.phase === 'live' ? this.#book : null;
  }

  read(): BookReading {
    const { phase, reason, sinceMs } = this.#state;
    return { state: phase, reason, sinceMs, book: phase === 'live' ? this.#book : null };
  }

  /** Moves the life on by an event of the connection; leaving `live` or starting anew empties the book. */
  on(event: BookEvent, nowMs: number): BookState {
    const before = this.#state;
    this.#state = nextBookState(before, event, nowMs);
    if (this.#state !== before && this.#state.phase !== 'live' && this.#state.phase !== 'snapshot') this.#drop();
    return this.#state;
  }

  /** One message about this book. The state tells why an `invalid` one is. */
  onFrame(frame: BookFrame, nowMs: number): FrameOutcome {
    if (frame.kind === 'snapshot') return this.#onSnapshot(frame, nowMs);
    const { phase } = this.#state;
    if (phase === 'live') return this.#onDelta(frame, nowMs);
    if (phase === 'snapshot') return this.#bridge(frame, nowMs);
    return phase === 'buffering' ? this.#keep(frame, nowMs) : 'ignored';
  }

  /** Periodic check of what only time can break. */
  onTimer(nowMs: number): BookState {
    if (this.#state.phase === 'live' && this.#isCrossedTooLong(nowMs)) this.#break('crossed', nowMs);
    else if (isSnapshotOverdue(this.#state, nowMs)) this.on({ type: 'reconnecting' }, nowMs);
    return this.#state;
  }

  /** Follows an instrument to other digits, with the messages that wait for a snapshot. False breaks the book: a number does not fit. */
  refit(digits: BookDigits, nowMs: number): boolean {
    const prices = 10 ** (digits.priceDecimals - this.#book.digits.priceDecimals);
    const sizeShift = digits.sizeDecimals - this.#book.digits.sizeDecimals;
    const kept = this.#buffer.every((frame) => frame.bids.rescale(prices, sizeShift) && frame.asks.rescale(prices, sizeShift));
    const fits = this.#book.refit(digits) && kept;
    if (!fits) this.#break('spec_changed', nowMs);
    return fits;
  }

  #onDelta(frame: BookFrame, nowMs: number): FrameOutcome {
    const verdict = this.#rule.continues(this.#applied, frame);
    if (verdict === 'ignore') return 'ignored';
    if (verdict === 'gap' || this.#isFromBefore(frame)) return this.#break('gap', nowMs);
    this.#book.apply(frame.bids, frame.asks);
    return this.#verified(frame, nowMs);
  }

  /** A checksum proves a state, not the newest one: two messages that undo each other, swapped, would leave an older one. */
  #isFromBefore({ checksum, tsEventMs }: BookFrame): boolean {
    return checksum !== ABSENT && tsEventMs !== ABSENT && tsEventMs < this.#appliedMs;
  }

  #onSnapshot(frame: BookFrame, nowMs: number): FrameOutcome {
    const { phase } = this.#state;
    if (phase !== 'live' && phase !== 'buffering' && phase !== 'snapshot') return 'ignored';
    this.on({ type: 'snapshot_arrived' }, nowMs);
    const isToBeBridged = this.#rule.snapshotFrom === 'rest' && phase !== 'live';
    // Levels behind the last may be inside again with the message that bridges: that message does not repeat them.
    this.#book.load(frame.bids, frame.asks, isToBeBridged ? Number.POSITIVE_INFINITY : this.#book.depth);
    this.#applied.lastId = frame.lastId;
    this.#crossedSinceMs = ABSENT;
    if (phase === 'live') return this.#verified(frame, nowMs);
    return this.#rule.snapshotFrom === 'stream' ? this.#start(frame, nowMs) : this.#bridgeBuffered(nowMs);
  }

  /** A snapshot from the stream needs no bridge: what the stream sent before it lies before it. */
  #start(frame: BookFrame, nowMs: number): FrameOutcome {
    this.#buffer = [];
    this.on({ type: 'bridged' }, nowMs);
    return this.#verified(frame, nowMs);
  }

  #bridgeBuffered(nowMs: number): FrameOutcome {
    const buffered = this.#buffer;
    this.#buffer = [];
    let outcome: FrameOutcome = 'buffered';
    for (const [index, frame] of buffered.entries()) {
      outcome = this.onFrame(frame, nowMs);
      if (this.#state.phase === 'buffering') {
        this.#buffer = buffered.slice(index);
        return 'buffered';
      }
      if (this.#state.phase === 'invalid') return outcome;
    }
    return this.#state.phase === 'live' ? 'published' : 'buffered';
  }

  /** A delta while a REST snapshot is loaded but not yet proven to fit. */
  #bridge(frame: BookFrame, nowMs: number): FrameOutcome {
    switch (this.#rule.bridge(this.#applied, frame)) {
      case 'drop':
        return 'ignored';
      case 'restart':
        this.on({ type: 'not_bridged' }, nowMs);
        return this.#state.phase === 'buffering' ? this.#keep(frame, nowMs) : 'invalid';
      case 'apply':
        this.on({ type: 'bridged' }, nowMs);
        this.#book.apply(frame.bids, frame.asks);
        return this.#verified(frame, nowMs);
    }
  }

  #keep(frame: BookFrame, nowMs: number): FrameOutcome {
    if (this.#rule.snapshotFrom === 'stream') return 'ignored';
    if (this.#buffer.length >= MOST_BUFFERED_DELTAS) return this.#break('overflow', nowMs);
    this.#buffer.push(copyBookFrame(frame));
    return 'buffered';
  }

  #verified(frame: BookFrame, nowMs: number): FrameOutcome {
    if (frame.checksum !== ABSENT && !this.#hasChecksum(frame.checksum)) return this.#break('checksum', nowMs);
    this.#applied.lastId = frame.lastId;
    this.#appliedMs = frame.tsEventMs;
    if (!this.#book.isCrossed()) this.#crossedSinceMs = ABSENT;
    else if (this.#isCrossedTooLong(nowMs)) return this.#break('crossed', nowMs);
    else if (this.#crossedSinceMs === ABSENT) this.#crossedSinceMs = nowMs;
    this.published += 1;
    return 'published';
  }

  /** True too where nobody verifies. */
  #hasChecksum(expected: number): boolean {
    if (this.#checksum === undefined || this.#checked === undefined) return true;
    const { asks, bids, digits } = this.#book;
    return this.#checksum.next(asks, bids, digits, this.#checked) === expected;
  }

  #isCrossedTooLong(nowMs: number): boolean {
    return this.#crossedSinceMs !== ABSENT && nowMs - this.#crossedSinceMs > MOST_CROSSED_MS;
  }

  #break(reason: InvalidReason, nowMs: number): FrameOutcome {
    this.on({ type: 'broke', reason }, nowMs);
    return 'invalid';
  }

  #drop(): void {
    this.#book.clear();
    this.#buffer = [];
    this.#applied.lastId = ABSENT;
    this.#appliedMs = ABSENT;
    this.#crossedSinceMs = ABSENT;
  }
}

import type { KrakenChecksum } from '../book/kraken-checksum.ts';
import type { BookDigits } from '../book/order-book.ts';
import type { BookFrame } from '../venues/book-frame.ts';
import type { BookInstruments } from '../venues/book-instruments.ts';
import type { FrameKind, FrameReader, FrameRefusal } from '../venues/frame-reader.ts';
import type { BookEvent, InvalidReason } from './book-state.ts';
import { connectionVerdict } from './connection-sequence.ts';
import { INVALIDATION_LIMIT, isReached, withEvent } from './event-window.ts';
import type { BreakRemedy, SequenceRule } from './sequence-rule.ts';
import { type BookReading, SyncedBook } from './synced-book.ts';

/** What the owner of the socket is asked to do; `instruments` is empty when it concerns the whole connection. */
export interface FeedRequest {
  readonly remedy: BreakRemedy;
  readonly instruments: readonly number[];
  readonly reason: InvalidReason | 'snapshot';
}

export interface BookFeedOptions {
  readonly reader: FrameReader;
  readonly instruments: BookInstruments;
  readonly rule: SequenceRule;
  readonly depth: number;
  readonly checksum?: KrakenChecksum;
  readonly onRequest: (request: FeedRequest) => void;
  readonly nowMs: number;
}

/** No venue writes more fraction digits than this. */
const MOST_DECIMALS = 12;
/** Changes of digits tried for one frame: enough to go from many digits to few, and an end for nonsense. */
const MOST_REFITS = 32;

/**
 * All books of one connection: reads its frames, hands each book its messages and asks for remedies. It owns no socket, timer or
 * clock, so a recording drives exactly the code that a venue does.
 */
export class BookFeed {
  readonly books: readonly SyncedBook[];
  /** Frames that could not be read. */
  unreadable = 0;
  /** Frames whose numbers had lost digits on the way. */
  digitsLost = 0;
  #lastSequence = -1;
  readonly #invalidations: (readonly number[])[];
  readonly #options: BookFeedOptions;

  constructor(options: BookFeedOptions) {
    const { reader, instruments, depth, rule, checksum, nowMs } = options;
    const verify = checksum === undefined ? {} : { checksum };
    this.#options = options;
    this.books = Array.from({ length: instruments.count }, (_, index) => {
      return new SyncedBook({ digits: instruments.digits(index), depth, rule, ...verify, memory: reader.memory, nowMs });
    });
    this.#invalidations = this.books.map(() => []);
    for (const book of this.books) book.on({ type: 'demanded' }, nowMs);
  }

  read(instrument: number): BookReading {
    return this.books[instrument]!.read();
  }

  /** The socket is open and the subscriptions are sent. */
  opened(nowMs: number): void {
    this.#lastSequence = -1;
    this.#each({ type: 'backoff_over' }, nowMs);
    this.#each({ type: 'opened' }, nowMs);
    if (this.#options.rule.snapshotFrom !== 'rest') return;
    this.#request('fetch_snapshot', [...this.books.keys()], 'snapshot');
  }

  /** The socket is gone: every book of it is dropped. */
  closed(nowMs: number): void {
    this.#each({ type: 'broke', reason: 'disconnect' }, nowMs);
    this.#each({ type: 'reconnecting' }, nowMs);
  }

  /** The subscription of one broken book was renewed, or its REST snapshot asked for again. */
  resubscribed(instrument: number, nowMs: number): void {
    this.books[instrument]!.on({ type: 'resubscribed' }, nowMs);
  }

  /** One frame of the socket. Total: whatever the bytes are, the worst is that books become invalid. */
  onFrame(bytes: Uint8Array, length: number, nowMs: number): FrameKind {
    const { reader } = this.#options;
    const kind = this.#read(reader, bytes, length, nowMs);
    if (kind === 'refused') this.#onRefused(reader.refusal!, nowMs);
    else if (reader.connectionSequence < 0 || this.#isNext(reader.connectionSequence, nowMs)) this.#onBooks(reader, nowMs);
    return kind;
  }

  /** A REST reply with a snapshot, and a reader of such replies over the same instruments. */
  onRestReply(reader: FrameReader, bytes: Uint8Array, length: number, nowMs: number): FrameKind {
    const kind = this.#read(reader, bytes, length, nowMs);
    if (kind === 'books') this.#onBooks(reader, nowMs);
    return kind;
  }

  /**
   * The venue announced other digits for an instrument: its book is dropped and waits for a snapshot in the new ones. One that has
   * no snapshot yet goes on waiting for it.
   */
  digitsChanged(instrument: number, digits: BookDigits, nowMs: number): void {
    const known = this.#options.instruments.digits(instrument);
    if (known.priceDecimals === digits.priceDecimals && known.sizeDecimals === digits.sizeDecimals) return;
    this.#options.instruments.setDigits(instrument, digits);
    const book = this.books[instrument]!;
    if (book.isWaiting && book.refit(digits, nowMs)) return;
    this.#break([instrument], 'spec_changed', nowMs);
    book.refit(digits, nowMs);
  }

  /** The socket has been silent for too long (`liveness`): no book of it can be trusted. Whoever watches it may yet give it up. */
  wentSilent(nowMs: number): void {
    this.#each({ type: 'broke', reason: 'stale' }, nowMs);
  }

  /** The silence is over on the same socket: every book that it cost begins anew. */
  spokeAgain(nowMs: number): void {
    const isStale = (index: number): boolean => {
      const { phase, reason } = this.books[index]!.state;
      return phase === 'invalid' && reason === 'stale';
    };
    this.#invalidated([...this.books.keys()].filter(isStale), nowMs);
  }

  /** A comparison with another source proved the book of one instrument wrong. */
  distrust(instrument: number, nowMs: number): void {
    this.#break([instrument], 'gap', nowMs);
  }

  /** The venue refused the subscription of one instrument: there is nothing to wait for until it is asked again. */
  refused(instrument: number, nowMs: number): void {
    this.books[instrument]!.on({ type: 'broke', reason: 'refused' }, nowMs);
  }

  /** To be called about once a second. */
  onTimer(nowMs: number): void {
    for (let index = 0; index < this.books.length; index++) {
      const book = this.books[index]!;
      const before = book.state;
      const after = book.onTimer(nowMs);
      if (after === before) continue;
      if (after.phase === 'invalid') this.#invalidated([index], nowMs);
      else if (after.phase === 'backoff') this.#request('reconnect', [], 'stale');
    }
  }

  /** Reads a frame; where the digits are ours to choose they follow what the venue's dust needs. */
  #read(reader: FrameReader, bytes: Uint8Array, length: number, nowMs: number): FrameKind {
    let kind = reader.read(bytes, length);
    for (let tries = 0; kind === 'refused' && tries < MOST_REFITS && this.#refit(reader.refusal!, nowMs); tries++) {
      kind = reader.read(bytes, length);
    }
    return kind;
  }

  #onBooks(reader: FrameReader, nowMs: number): void {
    for (let i = 0; i < reader.bookCount; i++) this.#onBook(reader.books[i]!, nowMs);
  }

  #onBook(frame: BookFrame, nowMs: number): void {
    const book = this.books[frame.instrument]!;
    const failedBefore = book.state.failedSnapshots;
    if (frame.digitsLost) this.digitsLost += 1;
    const outcome = book.onFrame(frame, nowMs);
    if (outcome === 'invalid') this.#invalidated([frame.instrument], nowMs);
    else if (book.state.failedSnapshots > failedBefore) this.#request('fetch_snapshot', [frame.instrument], 'snapshot');
  }

  #isNext(sequence: number, nowMs: number): boolean {
    const verdict = connectionVerdict(this.#lastSequence, sequence);
    if (verdict === 'apply') this.#lastSequence = sequence;
    if (verdict === 'gap') {
      this.#each({ type: 'broke', reason: 'gap' }, nowMs);
      this.#request('reconnect', [], 'gap');
    }
    return verdict === 'apply';
  }

  /** A frame that cannot be read may have been about any book, unless it says which. */
  #onRefused(refusal: FrameRefusal, nowMs: number): void {
    this.unreadable += 1;
    const isKnown = refusal.instrument >= 0;
    const reason = isKnown && refusal.code === 'excess_digits' ? 'spec_changed' : 'parse';
    this.#break(isKnown ? [refusal.instrument] : [...this.books.keys()], reason, nowMs);
  }

  #refit(refusal: FrameRefusal, nowMs: number): boolean {
    const { instruments } = this.#options;
    const digits = refusal.neededDigits;
    if (digits === null || Math.max(digits.priceDecimals, digits.sizeDecimals) > MOST_DECIMALS) return false;
    instruments.setDigits(refusal.instrument, digits);
    return this.books[refusal.instrument]!.refit(digits, nowMs);
  }

  #break(instruments: readonly number[], reason: InvalidReason, nowMs: number): void {
    const broken = instruments.filter((index) => {
      const book = this.books[index]!;
      const before = book.state;
      return book.on({ type: 'broke', reason }, nowMs) !== before;
    });
    this.#invalidated(broken, nowMs);
  }

  /** Books that broke together are healed together; one that breaks too often takes the connection with it. */
  #invalidated(instruments: readonly number[], nowMs: number): void {
    const first = instruments[0];
    if (first === undefined) return;
    for (const index of instruments) {
      this.#invalidations[index] = withEvent(this.#invalidations[index]!, INVALIDATION_LIMIT, nowMs);
    }
    const tooOften = instruments.some((index) => isReached(this.#invalidations[index]!, INVALIDATION_LIMIT, nowMs));
    const remedy = tooOften ? 'reconnect' : this.#options.rule.remedy;
    const reason = this.books[first]!.state.reason ?? 'gap';
    this.#request(remedy, remedy === 'reconnect' ? [] : instruments, reason);
  }

  #request(remedy: BreakRemedy, instruments: readonly number[], reason: FeedRequest['reason']): void {
    this.#options.onRequest({ remedy, instruments, reason });
  }

  #each(event: BookEvent, nowMs: number): void {
    for (const book of this.books) book.on(event, nowMs);
  }
}

import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import type { MarketEventSink } from '../../ports/market-feed.ts';
import { KrakenChecksum } from '../book/kraken-checksum.ts';
import { BookFeed, type FeedRequest } from '../book-sync/book-feed.ts';
import { BookInstruments } from '../venues/book-instruments.ts';
import { createFrameReader } from '../venues/create-frame-reader.ts';
import type { FrameReader } from '../venues/frame-reader.ts';
import { FrameRefused } from '../venues/frame-syntax.ts';
import { BookPublisher, type EventPace } from './book-publisher.ts';
import type { LiquidationSides } from './liquidation-sides.ts';
import { MessageNotes } from './message-notes.ts';
import { SessionAnswers } from './session-answers.ts';
import { SessionAudit } from './session-audit.ts';
import type { AskOwner, SessionCounters } from './session-request.ts';
import { SessionTime } from './session-time.ts';
import { SnapshotFetches } from './snapshot-fetches.ts';
import { Subscriptions } from './subscriptions.ts';
import type { TradeFilter } from './trade-filter.ts';
import type { BookRequest, VenueProtocol } from './venue-protocol.ts';

export interface SessionOptions {
  readonly protocol: VenueProtocol;
  readonly instruments: readonly InstrumentSpec[];
  readonly pace: EventPace;
  /** Shared by all sessions of one connection, so that a print is told once. */
  readonly trades: TradeFilter;
  /** Learns which side a forced order closed, where the venue does not say. */
  readonly sides: LiquidationSides;
  readonly emit: MarketEventSink;
  readonly ask: AskOwner;
  readonly nowMs: number;
}

/**
 * Everything that a venue's socket means, without the socket: frames, REST replies and the passing of time go in, market events
 * and requests come out. It owns no clock, so a recording drives exactly the code that a venue does. What it emits depends on the
 * times of its inputs only: before every input it lets the ticks of its pace pass that lie before it.
 */
export class VenueSession {
  readonly feed: BookFeed;
  readonly counters: SessionCounters = { frames: 0, refused: 0, complaints: 0, invalidations: {} };
  readonly #options: SessionOptions;
  readonly #reader: FrameReader;
  readonly #instruments: BookInstruments;
  readonly #publisher: BookPublisher;
  readonly #notes: MessageNotes;
  readonly #answers: SessionAnswers;
  readonly #audit: SessionAudit | null;
  readonly #snapshots: SnapshotFetches;
  readonly #subscriptions: Subscriptions;
  readonly #time: SessionTime;
  #isListened = false;
  #hasOpened = false;
  #isSilent = false;

  constructor(options: SessionOptions) {
    const { protocol, instruments, emit, ask, nowMs } = options;
    const { venue, sizeUnit, audit } = protocol;
    this.#options = options;
    this.#time = new SessionTime(options.pace, nowMs);
    const streams = [...protocol.sharedStreams, ...instruments.flatMap((instrument) => protocol.streamsOf(instrument))];
    const symbols = instruments.map((instrument) => instrument.venue_symbol);
    this.#subscriptions = new Subscriptions(streams, symbols);
    this.#instruments = new BookInstruments(instruments.map(bookInstrument));
    this.#reader = createFrameReader(protocol.syntax(), this.#instruments);
    this.feed = new BookFeed({
      reader: this.#reader,
      instruments: this.#instruments,
      rule: protocol.rule,
      depth: protocol.depth,
      ...(protocol.verifiesChecksum ? { checksum: new KrakenChecksum() } : {}),
      onRequest: (request) => this.#onFeedRequest(request),
      nowMs,
    });
    this.#publisher = new BookPublisher(instruments, (event) => {
      if (this.#isListened) emit(event);
    });
    this.#audit = audit === null ? null : new SessionAudit(audit, symbols, this.feed, ask, nowMs);
    this.#snapshots = new SnapshotFetches(protocol.snapshot, this.#subscriptions, this.feed, ask);
    this.#answers = new SessionAnswers({
      time: this.#time,
      feed: this.feed,
      subscriptions: this.#subscriptions,
      snapshots: this.#snapshots,
      counters: this.counters,
      ask,
      onState: (instrument) => this.#checkStates(instrument),
    });
    const { trades, sides } = options;
    this.#notes = new MessageNotes({ venue, sizeUnit, instruments, session: this.#answers, trades, sides, emit });
  }

  /** Every book is live: the session may take over. */
  get isReady(): boolean {
    return this.feed.books.every((book) => book.state.phase === 'live');
  }

  /** Tops that were replaced before they were told. */
  get conflatedTops(): number {
    return this.#publisher.conflated;
  }

  /** Time of the input that is being worked on. */
  get nowMs(): number {
    return this.#time.nowMs;
  }

  /** Name of the frame that is read next, for `raw_ref`; null when nobody keeps it. */
  set rawRef(name: string | null) {
    this.#answers.rawRef = name;
  }

  /** From here on its events count: every book's state is told, and prints that waited. */
  listen(nowMs: number): void {
    if (this.#isListened) return;
    this.advance(nowMs);
    this.#isListened = true;
    this.#publisher.forget();
    this.#checkStates();
    this.#notes.listen();
  }

  /** Another session took over: nothing it says counts any more. */
  hush(): void {
    this.#isListened = false;
    this.#notes.hush();
  }

  /** Lets time pass up to `nowMs`: tops and depths at the multiples of their pace, checks that only time can make. */
  advance(nowMs: number): void {
    this.#time.advance(nowMs, (atMs, isDepthDue) => this.#tick(atMs, isDepthDue));
  }

  /** The socket is open; subscriptions follow by `subscribeText`. */
  opened(nowMs: number): void {
    this.advance(nowMs);
    this.#hasOpened = true;
    this.#answers.opened();
    this.#subscriptions.reset();
    this.feed.opened(this.nowMs);
    this.#checkStates();
  }

  /** The socket is gone. */
  closed(nowMs: number): void {
    this.advance(nowMs);
    if (!this.#hasOpened) return;
    this.#hasOpened = false;
    this.feed.closed(this.nowMs);
    this.#checkStates();
  }

  /** The socket has been silent for too long. */
  wentSilent(nowMs: number): void {
    this.advance(nowMs);
    this.#isSilent = true;
    this.feed.wentSilent(this.nowMs);
    this.#checkStates();
  }

  /** One frame. Total: whatever the bytes are, the worst is that books become invalid. */
  onFrame(bytes: Uint8Array, length: number, nowMs: number): void {
    this.advance(nowMs);
    this.counters.frames += 1;
    if (this.#isSilent) {
      this.#isSilent = false;
      this.feed.spokeAgain(this.nowMs);
    }
    const kind = this.feed.onFrame(bytes, length, this.nowMs);
    if (kind === 'books') this.#onBooks(this.#reader);
    else if (kind === 'message') this.#onMessage(this.#reader.message);
    else this.#onRefused();
  }

  /** The answer to a `fetch`; null when it could not be had. */
  onReply(
    purpose: 'snapshot' | 'audit',
    instrument: number,
    request: BookRequest,
    bytes: Uint8Array | null,
    nowMs: number,
  ): void {
    this.advance(nowMs);
    const reader = createFrameReader(request.syntax, this.#instruments);
    if (purpose === 'snapshot') this.#onSnapshotReply(reader, instrument, bytes);
    else if (this.#audit?.answered(reader, instrument, bytes, this.nowMs) === true) this.#checkStates(instrument);
  }

  /** Text of a subscribe message, and its effect on the books. */
  subscribeText(streams: readonly number[], nowMs: number): string {
    this.advance(nowMs);
    for (const { channel, symbol } of this.#subscriptions.chosen(streams)) {
      if (channel === 'book') this.feed.resubscribed(this.#instruments.indexOf(symbol), this.nowMs);
    }
    const id = this.#subscriptions.ask(streams);
    return this.#options.protocol.subscribe(this.#subscriptions.chosen(streams), id, this.nowMs);
  }

  unsubscribeText(streams: readonly number[], nowMs: number): string {
    this.#subscriptions.withdraw(streams);
    const id = this.#subscriptions.ask([]);
    return this.#options.protocol.unsubscribe(this.#subscriptions.chosen(streams), id, nowMs);
  }

  #tick(atMs: number, isDepthDue: boolean): void {
    this.#publisher.tellTops(this.feed, atMs);
    if (!isDepthDue) return;
    this.feed.onTimer(atMs);
    this.#snapshots.retry();
    this.#notes.tick();
    this.#checkStates();
    this.#publisher.tellDepths(this.feed, atMs);
    this.#audit?.next(atMs);
  }

  /** An answer that brought no book is asked for again at the next second. */
  #onSnapshotReply(reader: FrameReader, instrument: number, bytes: Uint8Array | null): void {
    const kind = bytes === null ? 'refused' : this.feed.onRestReply(reader, bytes, bytes.length, this.nowMs);
    if (kind === 'books') this.#publisher.touched(this.feed, instrument, -1, this.nowMs);
    else this.#snapshots.failed(instrument);
  }

  #onBooks(reader: FrameReader): void {
    for (let i = 0; i < reader.bookCount; i++) {
      const { instrument, tsEventMs } = reader.books[i]!;
      this.#answers.confirm(this.#subscriptions.bookOf(instrument));
      this.#audit?.touched(instrument, reader.books[i]!);
      this.#publisher.touched(this.feed, instrument, tsEventMs, this.nowMs);
    }
  }

  #onMessage(message: unknown): void {
    try {
      this.#options.protocol.interpret(message, this.#notes);
    } catch (thrown) {
      if (!(thrown instanceof FrameRefused)) throw thrown;
      // What it was about is lost; books have their own reader and are not concerned.
      this.counters.refused += 1;
    }
  }

  /** A frame that nobody can read may have been a print: where prints have no numbers the next one tells of a gap. */
  #onRefused(): void {
    this.counters.refused += 1;
    if (this.#reader.refusal!.instrument < 0) this.#options.trades.interrupted();
    this.#checkStates();
  }

  #onFeedRequest({ remedy, instruments, reason }: FeedRequest): void {
    if (reason !== 'snapshot') {
      this.counters.invalidations[reason] = (this.counters.invalidations[reason] ?? 0) + Math.max(1, instruments.length);
    }
    switch (remedy) {
      case 'reconnect':
        this.#options.ask({ type: 'reconnect', reason });
        return;
      case 'resubscribe':
        this.#options.ask({
          type: 'resubscribe',
          streams: instruments.flatMap((instrument) => this.#subscriptions.bookOf(instrument) ?? []),
          reason,
        });
        return;
      case 'fetch_snapshot':
        for (const instrument of instruments) this.#refetch(instrument, reason);
    }
  }

  #refetch(instrument: number, reason: FeedRequest['reason']): void {
    if (reason !== 'snapshot') this.feed.resubscribed(instrument, this.nowMs);
    this.#snapshots.wanted(instrument);
  }

  #checkStates(only?: number): void {
    const books = only === undefined ? this.feed.books.keys() : [only];
    for (const index of books) this.#publisher.checkState(this.feed, index, this.nowMs);
  }
}

function bookInstrument({ venue_symbol, price_decimals, qty_decimals }: InstrumentSpec) {
  return { symbol: venue_symbol, priceDecimals: price_decimals, sizeDecimals: qty_decimals };
}

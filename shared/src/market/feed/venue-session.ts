import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import type { MarketEventSink } from '../../ports/market-feed.ts';
import { KrakenChecksum } from '../book/kraken-checksum.ts';
import type { BookDigits } from '../book/order-book.ts';
import { BookFeed, type FeedRequest } from '../book-sync/book-feed.ts';
import { BookInstruments } from '../venues/book-instruments.ts';
import { createFrameReader } from '../venues/create-frame-reader.ts';
import type { FrameReader } from '../venues/frame-reader.ts';
import { FrameRefused } from '../venues/frame-syntax.ts';
import { BookAudit } from './book-audit.ts';
import { BookPublisher, type EventPace } from './book-publisher.ts';
import { MessageNotes } from './message-notes.ts';
import type { Stream } from './stream.ts';
import { Subscriptions } from './subscriptions.ts';
import type { TradeFilter } from './trade-filter.ts';
import type { BookRequest, VenueProtocol } from './venue-protocol.ts';

/** What a session asks the owner of its socket for. `stream` is an index into the session's streams. */
export type SessionRequest =
  | { readonly type: 'confirmed' | 'refused' | 'resubscribe'; readonly stream: number; readonly reason: string }
  | { readonly type: 'reconnect'; readonly reason: string }
  | {
      readonly type: 'fetch';
      readonly purpose: 'snapshot' | 'audit';
      readonly instrument: number;
      readonly request: BookRequest;
    };

export interface SessionOptions {
  readonly protocol: VenueProtocol;
  readonly instruments: readonly InstrumentSpec[];
  readonly pace: EventPace;
  /** Shared by all sessions of one connection, so that a print is told once. */
  readonly trades: TradeFilter;
  readonly emit: MarketEventSink;
  readonly ask: (request: SessionRequest) => void;
  readonly nowMs: number;
}

/** Frames and what became of them, since the session began. */
export interface SessionCounters {
  frames: number;
  refused: number;
  complaints: number;
  invalidations: Record<string, number>;
}

/**
 * Everything that a venue's socket means, without the socket: frames, REST replies and the passing of time go in, market events
 * and requests come out. It owns no clock, so a recording drives exactly the code that a venue does. What it emits depends on the
 * times of its inputs only: before every input it lets the ticks of its pace pass that lie before it.
 */
export class VenueSession {
  readonly feed: BookFeed;
  readonly counters: SessionCounters = { frames: 0, refused: 0, complaints: 0, invalidations: {} };
  /** Name of the frame that is being read, for `raw_ref`; null when nobody keeps it. */
  rawRef: string | null = null;
  readonly #options: SessionOptions;
  readonly #reader: FrameReader;
  readonly #instruments: BookInstruments;
  readonly #publisher: BookPublisher;
  readonly #notes: MessageNotes;
  readonly #audit: BookAudit | null;
  readonly #subscriptions: Subscriptions;
  readonly #owedSnapshots = new Set<number>();
  #nowMs: number;
  #ticks = 0;
  #isListened = false;
  #heartbeat = -1;
  #hasOpened = false;
  #isSilent = false;

  constructor(options: SessionOptions) {
    const { protocol, instruments, nowMs } = options;
    this.#options = options;
    this.#nowMs = nowMs;
    this.#ticks = Math.floor(nowMs / options.pace.topEveryMs);
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
      if (this.#isListened) options.emit(event);
    });
    this.#audit = protocol.audit === null ? null : new BookAudit(instruments.length, protocol.audit.everyMs, nowMs);
    const { venue, sizeUnit } = protocol;
    this.#notes = new MessageNotes({ venue, sizeUnit, instruments, session: this, trades: options.trades, emit: options.emit });
  }

  /** Every book is live: the session may take over. */
  get isReady(): boolean {
    return this.feed.books.every((book) => book.state.phase === 'live');
  }

  /** Tops that were replaced before they were told. */
  get conflatedTops(): number {
    return this.#publisher.conflated;
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
    const { topEveryMs, depthEveryMs } = this.#options.pace;
    const last = Math.floor(nowMs / topEveryMs);
    // A process that slept tells the newest numbers once instead of every tick it missed.
    if (last - this.#ticks > 10 * Math.ceil(depthEveryMs / topEveryMs)) this.#ticks = last - 1;
    while (this.#ticks < last) {
      this.#ticks += 1;
      this.#tick(this.#ticks * topEveryMs);
    }
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }

  /** The socket is open; subscriptions follow by `subscribeText`. */
  opened(nowMs: number): void {
    this.advance(nowMs);
    this.#hasOpened = true;
    this.#heartbeat = -1;
    this.#subscriptions.reset();
    this.feed.opened(this.#nowMs);
    this.#checkStates();
  }

  /** The socket is gone. */
  closed(nowMs: number): void {
    this.advance(nowMs);
    if (!this.#hasOpened) return;
    this.#hasOpened = false;
    this.feed.closed(this.#nowMs);
    this.#checkStates();
  }

  /** The socket has been silent for too long. */
  wentSilent(nowMs: number): void {
    this.advance(nowMs);
    this.#isSilent = true;
    this.feed.wentSilent(this.#nowMs);
    this.#checkStates();
  }

  /** One frame. Total: whatever the bytes are, the worst is that books become invalid. */
  onFrame(bytes: Uint8Array, length: number, nowMs: number): void {
    this.advance(nowMs);
    this.counters.frames += 1;
    if (this.#isSilent) {
      this.#isSilent = false;
      this.feed.spokeAgain(this.#nowMs);
    }
    const kind = this.feed.onFrame(bytes, length, this.#nowMs);
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
    if (purpose === 'audit') this.#onAuditReply(reader, instrument, bytes);
    else this.#onSnapshotReply(reader, instrument, bytes);
  }

  /** Text of a subscribe message, and its effect on the books. */
  subscribeText(streams: readonly number[], nowMs: number): string {
    this.advance(nowMs);
    for (const { channel, symbol } of this.#subscriptions.chosen(streams)) {
      if (channel === 'book') this.feed.resubscribed(this.#instruments.indexOf(symbol), this.#nowMs);
    }
    const id = this.#subscriptions.ask(streams);
    return this.#options.protocol.subscribe(this.#subscriptions.chosen(streams), id, this.#nowMs);
  }

  unsubscribeText(streams: readonly number[], nowMs: number): string {
    this.#subscriptions.withdraw(streams);
    const id = this.#subscriptions.ask([]);
    return this.#options.protocol.unsubscribe(this.#subscriptions.chosen(streams), id, nowMs);
  }

  /** A subscription was answered with yes, by a message or by its first data. */
  confirm(index: number | undefined): void {
    if (index === undefined || !this.#subscriptions.confirm(index)) return;
    this.#options.ask({ type: 'confirmed', stream: index, reason: '' });
    this.#fetchSnapshot(index);
  }

  confirmRequest(id: number): void {
    for (const index of this.#subscriptions.answered(id) ?? []) this.confirm(index);
  }

  refuse(indices: readonly (number | undefined)[], reason: string): void {
    for (const stream of indices) {
      if (stream === undefined) continue;
      this.#options.ask({ type: 'refused', stream, reason });
      const { channel, symbol } = this.#subscriptions.streams[stream]!;
      if (channel !== 'book') continue;
      this.feed.refused(this.#instruments.indexOf(symbol), this.#nowMs);
      this.#checkStates();
    }
  }

  complain(_reason: string): void {
    this.counters.complaints += 1;
  }

  onDigits(instrument: number, digits: BookDigits): void {
    this.feed.digitsChanged(instrument, digits, this.#nowMs);
    this.#publisher.checkState(this.feed, instrument, this.#nowMs);
  }

  refuseRequest(id: number, reason: string): void {
    const streams = this.#subscriptions.answered(id);
    if (streams === undefined) this.complain(reason);
    else this.refuse(streams, reason);
  }

  streamAt(channel: Stream['channel'], symbol: string): number | undefined {
    return this.#subscriptions.at(channel, symbol);
  }

  instrumentAt(symbol: string): number {
    return this.#instruments.indexOf(symbol);
  }

  /** Time of the input that is being worked on. */
  get nowMs(): number {
    return this.#nowMs;
  }

  leaving(reason: string): void {
    this.#options.ask({ type: 'reconnect', reason });
  }

  /** A lost heartbeat means that other frames were lost too. */
  onHeartbeat(counter: number): void {
    const isGap = this.#heartbeat >= 0 && counter > this.#heartbeat + 1;
    this.#heartbeat = Math.max(this.#heartbeat, counter);
    if (isGap) this.#options.ask({ type: 'reconnect', reason: 'heartbeat_gap' });
  }

  #tick(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    this.#publisher.tellTops(this.feed, atMs);
    const isSecond = atMs % this.#options.pace.depthEveryMs === 0;
    if (!isSecond) return;
    this.feed.onTimer(atMs);
    this.#fetchOwedSnapshots();
    this.#notes.tick();
    this.#checkStates();
    this.#publisher.tellDepths(this.feed, atMs);
    this.#auditNext(atMs);
  }

  #auditNext(atMs: number): void {
    const { audit } = this.#options.protocol;
    const instrument = this.#audit?.next(atMs) ?? -1;
    if (audit === null || instrument < 0) return;
    if (this.feed.read(instrument).state !== 'live') {
      this.#audit?.missed(instrument, atMs);
      return;
    }
    const request = audit.request(this.#instruments.symbol(instrument));
    this.#options.ask({ type: 'fetch', purpose: 'audit', instrument, request });
  }

  /** An answer that brought no book is asked for again at the next second. */
  #onSnapshotReply(reader: FrameReader, instrument: number, bytes: Uint8Array | null): void {
    const kind = bytes === null ? 'refused' : this.feed.onRestReply(reader, bytes, bytes.length, this.#nowMs);
    if (kind === 'books') this.#publisher.touched(this.feed, instrument, -1, this.#nowMs);
    else this.#owedSnapshots.add(instrument);
  }

  #fetchOwedSnapshots(): void {
    const owed = [...this.#owedSnapshots];
    this.#owedSnapshots.clear();
    for (const instrument of owed) {
      const stream = this.#subscriptions.bookOf(instrument);
      if (stream !== undefined && this.feed.read(instrument).state === 'buffering') this.#fetchSnapshot(stream);
    }
  }

  #onAuditReply(reader: FrameReader, instrument: number, bytes: Uint8Array | null): void {
    const { audit } = this.#options.protocol;
    if (this.#audit === null || audit === null) return;
    if (bytes === null || reader.read(bytes, bytes.length) !== 'books') {
      this.#audit.missed(instrument, this.#nowMs);
      return;
    }
    const { book } = this.feed.read(instrument);
    if (!this.#audit.compare(instrument, book, reader.books[0]!, audit.sizeDecimals, this.#nowMs)) return;
    this.feed.distrust(instrument, this.#nowMs);
    this.#publisher.checkState(this.feed, instrument, this.#nowMs);
  }

  #onBooks(reader: FrameReader): void {
    for (let i = 0; i < reader.bookCount; i++) {
      const { instrument, tsEventMs } = reader.books[i]!;
      this.confirm(this.#subscriptions.bookOf(instrument));
      this.#audit?.touched(instrument, reader.books[i]!);
      this.#publisher.touched(this.feed, instrument, tsEventMs, this.#nowMs);
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

  #onRefused(): void {
    this.counters.refused += 1;
    this.#checkStates();
  }

  #onFeedRequest({ remedy, instrument, reason }: FeedRequest): void {
    if (reason !== 'snapshot') this.counters.invalidations[reason] = (this.counters.invalidations[reason] ?? 0) + 1;
    if (remedy === 'reconnect') {
      this.#options.ask({ type: 'reconnect', reason });
      return;
    }
    const stream = this.#subscriptions.bookOf(instrument);
    if (stream === undefined) return;
    if (remedy === 'resubscribe') this.#options.ask({ type: 'resubscribe', stream, reason });
    else {
      if (reason !== 'snapshot') this.feed.resubscribed(instrument, this.#nowMs);
      if (this.#subscriptions.isConfirmed(stream)) this.#fetchSnapshot(stream);
    }
  }

  /** The REST book is asked for once updates are flowing: an older one could never be bridged. */
  #fetchSnapshot(stream: number): void {
    const { channel, symbol } = this.#subscriptions.streams[stream]!;
    const { snapshot } = this.#options.protocol;
    if (channel !== 'book' || snapshot === null) return;
    const instrument = this.#instruments.indexOf(symbol);
    this.#options.ask({ type: 'fetch', purpose: 'snapshot', instrument, request: snapshot(symbol) });
  }

  #checkStates(): void {
    for (const index of this.feed.books.keys()) this.#publisher.checkState(this.feed, index, this.#nowMs);
  }
}

function bookInstrument({ venue_symbol, price_decimals, qty_decimals }: InstrumentSpec) {
  return { symbol: venue_symbol, priceDecimals: price_decimals, sizeDecimals: qty_decimals };
}

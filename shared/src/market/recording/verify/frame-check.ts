import { KrakenChecksum } from '../../book/kraken-checksum.ts';
import type { BookDigits } from '../../book/order-book.ts';
import { BookFeed, type FeedRequest } from '../../book-sync/book-feed.ts';
import { ABSENT, type BookFrame, emptyBookFrame } from '../../venues/book-frame.ts';
import { type BookInstrument, BookInstruments } from '../../venues/book-instruments.ts';
import { createFrameReader, FrameBytes } from '../../venues/create-frame-reader.ts';
import type { FrameKind, FrameReader } from '../../venues/frame-reader.ts';
import type { ConnectionReport, InstrumentProof, RecordingFault } from './connection-report.ts';
import { pairsOf } from './recorded-digits.ts';
import type { RecordedFeed } from './recorded-feeds.ts';
import type { RecordedLine } from './recorded-line.ts';

export interface FrameCheckOptions {
  readonly feed: RecordedFeed;
  readonly instruments: readonly BookInstrument[];
  readonly depth: number;
  /** Symbol of the address, where frames do not name theirs. */
  readonly address: string;
  /** Symbols whose updates begin without a book. */
  readonly withoutBook: ReadonlySet<string>;
}

type Counts = { -readonly [K in 'updates' | 'snapshots' | 'checksums' | 'gaps' | 'crossed']: number } & {
  isNumbersOnly: boolean;
};

/** The live books' own code over one recorded connection, healed after every fault so that the next one is found as well. */
export class FrameCheck {
  readonly #options: FrameCheckOptions;
  readonly #instruments: BookInstruments;
  readonly #reader: FrameReader;
  readonly #feed: BookFeed;
  readonly #buffer = new FrameBytes();
  readonly #counts: readonly Counts[];
  readonly #published: number[];
  readonly #faults: RecordingFault[] = [];
  #requests: FeedRequest[] = [];
  #frames: Record<FrameKind, number> = { books: 0, message: 0, refused: 0 };
  #unproven = 0;
  /** Nothing of this connection can be proven any more. */
  #isLost = false;
  #hasFrames = false;

  constructor(options: FrameCheckOptions) {
    const { feed, depth, address } = options;
    this.#options = options;
    this.#instruments = new BookInstruments(options.instruments);
    this.#reader = createFrameReader(feed.syntax(address), this.#instruments);
    this.#counts = options.instruments.map(() => {
      return { updates: 0, snapshots: 0, checksums: 0, gaps: 0, crossed: 0, isNumbersOnly: false };
    });
    this.#published = options.instruments.map(() => 0);
    this.#feed = new BookFeed({
      reader: this.#reader,
      instruments: this.#instruments,
      rule: feed.rule,
      depth,
      ...(feed.isChecked ? { checksum: new KrakenChecksum() } : {}),
      onRequest: (request) => this.#requests.push(request),
      nowMs: 0,
    });
    this.#feed.opened(0);
    this.#requests = [];
  }

  take(line: RecordedLine): void {
    switch (line.kind) {
      case 'recv':
        this.#frame(line);
        return;
      case 'http':
        this.#reply(line);
        return;
      case 'connect':
        if (this.#hasFrames) this.#reopen(line.tsMs ?? 0);
        return;
      case 'gap':
        this.#fault(line, '', 'lines_lost', `the recorder dropped ${String(line.data)} lines before this one`);
        return;
      case 'unreadable':
        this.#fault(line, '', 'unreadable', `no line of a recording: ${String(line.data).slice(0, 60)}`);
        return;
      case 'header':
      case 'send':
      case 'mark':
      case 'close':
    }
  }

  /** Digits as the frames have made them. */
  get digits(): ReadonlyMap<string, BookDigits> {
    return new Map(this.#options.instruments.map(({ symbol }, index) => [symbol, this.#instruments.digits(index)]));
  }

  report(): ConnectionReport {
    const { feed, instruments } = this.#options;
    return {
      feed: feed.name,
      frames: this.#frames.books + this.#frames.message + this.#frames.refused + this.#unproven,
      bookFrames: this.#frames.books,
      messages: this.#frames.message,
      unproven: this.#unproven,
      instruments: instruments.map(({ symbol }, index) => this.#proofOf(symbol, index)),
      faults: this.#faults,
    };
  }

  #proofOf(symbol: string, index: number): InstrumentProof {
    const { isNumbersOnly, ...counts } = this.#counts[index]!;
    const { published } = this.#feed.books[index]!;
    const { state, reason } = this.#feed.read(index);
    const proof = published === 0 ? 'none' : isNumbersOnly ? 'numbers' : 'book';
    return { symbol, ...counts, proof, state: reason === null || state === 'live' ? state : `${state} (${reason})` };
  }

  #frame(line: RecordedLine): void {
    const { data } = line;
    if (line.isCut && typeof data === 'string' && !isJson(data)) return;
    const length = typeof data === 'string' ? this.#buffer.fill(data) : data.length;
    const bytes = typeof data === 'string' ? this.#buffer.bytes : data;
    const nowMs = line.tsMs ?? 0;
    if (this.#isLost && !this.#beginsAnew(bytes, length, nowMs)) {
      this.#unproven += 1;
      return;
    }
    if (this.#isBareReply(data)) {
      this.#reply(line);
      return;
    }
    this.#beginWithoutBook(bytes, length, nowMs);
    this.#hasFrames = true;
    const kind = this.#feed.onFrame(bytes, length, nowMs);
    this.#frames[kind] += 1;
    if (kind === 'refused') this.#refused(line);
    else if (kind === 'books') this.#count();
    else if (this.#options.feed.name === 'kraken.spot') this.#followDigits(nowMs);
    this.#heal(line);
  }

  /** After a gap of a numbered connection only a new one can be believed, and it begins with 0. */
  #beginsAnew(bytes: Uint8Array, length: number, nowMs: number): boolean {
    this.#reader.read(bytes, length);
    if (this.#reader.connectionSequence !== 0) return false;
    this.#reopen(nowMs);
    return true;
  }

  #reopen(nowMs: number): void {
    this.#feed.closed(nowMs);
    this.#feed.opened(nowMs);
    this.#requests = [];
    this.#isLost = false;
  }

  /** Recordings of ticks have the REST book among the frames. */
  #isBareReply(data: string | Uint8Array): boolean {
    return this.#options.feed.reply !== null && typeof data === 'string' && /^\{\s*"lastUpdateId"/.test(data);
  }

  /** Makes the first update of an instrument without a book follow an empty one. */
  #beginWithoutBook(bytes: Uint8Array, length: number, nowMs: number): void {
    const { withoutBook, feed } = this.#options;
    if (feed.reply === null || (withoutBook.size === 0 && !this.#counts.some(({ isNumbersOnly }) => isNumbersOnly))) return;
    if (this.#reader.read(bytes, length) !== 'books') return;
    for (const frame of this.#reader.books.slice(0, this.#reader.bookCount)) {
      const counts = this.#counts[frame.instrument]!;
      const isWanted = counts.isNumbersOnly || withoutBook.has(this.#instruments.symbol(frame.instrument));
      const book = this.#feed.books[frame.instrument]!;
      if (!isWanted || !book.isWaiting || frame.kind === 'snapshot') continue;
      counts.isNumbersOnly = true;
      const before = [frame.firstId - 1, frame.lastId - 1, frame.lastId].find(
        (lastId) => feed.rule.bridge({ lastId }, frame) === 'apply',
      );
      if (before !== undefined) book.onFrame(emptyBook(frame.instrument, before), nowMs);
    }
  }

  #reply(line: RecordedLine): void {
    const { reply } = this.#options.feed;
    const symbol = this.#symbolOf(line.url);
    const index = symbol === undefined ? -1 : this.#instruments.indexOf(symbol);
    if (reply === null || symbol === undefined || index < 0 || this.#counts[index]!.isNumbersOnly) return;
    if (this.#options.withoutBook.has(symbol) || this.#feed.read(index).state === 'live') return;
    const reader = createFrameReader(reply(symbol), this.#instruments);
    const bytes = typeof line.data === 'string' ? Buffer.from(line.data, 'utf8') : line.data;
    const kind = this.#feed.onRestReply(reader, bytes, bytes.length, line.tsMs ?? 0);
    if (kind === 'books') this.#counts[index]!.snapshots += 1;
    else this.#fault(line, symbol, 'refused', `a REST book that cannot be read: ${reader.refusal?.detail ?? 'no book'}`);
    this.#heal(line);
  }

  /** The instrument that a question is about; of a reply without question the only one. */
  #symbolOf(url: string): string | undefined {
    const symbols = this.#options.instruments.map(({ symbol }) => symbol);
    if (url === '') return symbols.length === 1 ? symbols[0] : undefined;
    const named = new Set(url.split(/[/?&=]/).map((part) => part.toUpperCase()));
    return symbols.find((symbol) => named.has(symbol.toUpperCase()));
  }

  #refused(line: RecordedLine): void {
    const { code, detail, instrument } = this.#reader.refusal!;
    const reason = code === 'excess_digits' ? 'spec_changed' : 'refused';
    this.#fault(line, instrument < 0 ? '' : this.#instruments.symbol(instrument), reason, `${code}: ${detail}`);
  }

  #count(): void {
    for (const frame of this.#reader.books.slice(0, this.#reader.bookCount)) {
      const counts = this.#counts[frame.instrument]!;
      const book = this.#feed.books[frame.instrument]!;
      if (frame.kind === 'snapshot') counts.snapshots += 1;
      else counts.updates += 1;
      const isProven = book.published > this.#published[frame.instrument]!;
      this.#published[frame.instrument] = book.published;
      if (isProven && frame.checksum !== ABSENT) counts.checksums += 1;
      const { liveBook } = book;
      if (isProven && liveBook !== null && liveBook.bids.bestPrice > 0 && liveBook.asks.bestPrice > 0) {
        counts.crossed += liveBook.bids.bestPrice >= liveBook.asks.bestPrice ? 1 : 0;
      }
    }
  }

  /** The venue announces other digits before it uses them. */
  #followDigits(nowMs: number): void {
    for (const { symbol, price, size } of pairsOf(this.#reader.message)) {
      const index = this.#instruments.indexOf(symbol);
      if (index >= 0) this.#feed.digitsChanged(index, { priceDecimals: price, sizeDecimals: size }, nowMs);
    }
    // That a book begins anew with other digits is as it should be.
    for (const { instruments } of this.#requests.splice(0))
      for (const index of instruments) this.#feed.resubscribed(index, nowMs);
  }

  /** Notes what broke, and begins anew what can be. */
  #heal(line: RecordedLine): void {
    const nowMs = line.tsMs ?? 0;
    for (const { remedy, instruments, reason } of this.#requests.splice(0)) {
      if (reason === 'snapshot') continue;
      if (reason === 'gap' || reason === 'checksum' || reason === 'crossed' || reason === 'overflow')
        this.#broke(line, reason, instruments);
      if (remedy !== 'reconnect') for (const index of instruments) this.#feed.resubscribed(index, nowMs);
      else if (this.#reader.connectionSequence > 0) this.#isLost = true;
      else this.#reopen(nowMs);
      // No newer REST book is known to fit: from here on the numbers are all there is.
      if (remedy === 'fetch_snapshot') for (const index of instruments) this.#counts[index]!.isNumbersOnly = true;
    }
  }

  #broke(line: RecordedLine, reason: 'gap' | 'checksum' | 'crossed' | 'overflow', instruments: readonly number[]): void {
    const isOfAll = instruments.length === 0;
    const detail = isOfAll ? `frame ${this.#reader.connectionSequence} does not follow the one before` : DETAILS[reason];
    for (const index of isOfAll ? this.#counts.keys() : instruments) this.#counts[index]!.gaps += reason === 'gap' ? 1 : 0;
    for (const index of isOfAll ? [-1] : instruments)
      this.#fault(line, index < 0 ? '' : this.#instruments.symbol(index), reason, detail);
  }

  #fault({ file, line }: RecordedLine, symbol: string, reason: RecordingFault['reason'], detail: string): void {
    this.#faults.push({ file, line, symbol, reason, detail });
  }
}

const DETAILS = {
  gap: 'an update does not follow the one before',
  checksum: 'the book does not have the checksum that the venue sent',
  crossed: 'a bid stayed at or above an ask',
  overflow: 'no snapshot came before the updates were too many to keep',
} as const;

function emptyBook(instrument: number, lastId: number): BookFrame {
  return Object.assign(emptyBookFrame(), { kind: 'snapshot', instrument, firstId: lastId, lastId } as const);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

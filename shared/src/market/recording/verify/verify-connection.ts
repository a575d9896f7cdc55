import type { BookDigits } from '../../book/order-book.ts';
import { BookInstruments } from '../../venues/book-instruments.ts';
import { createFrameReader, FrameBytes } from '../../venues/create-frame-reader.ts';
import type { ConnectionReport } from './connection-report.ts';
import { FrameCheck } from './frame-check.ts';
import { krakenDigits, krakenDigitsV1 } from './recorded-digits.ts';
import type { RecordedFeed } from './recorded-feeds.ts';
import type { RecordedLine } from './recorded-line.ts';

/** Digits that every instrument can be told apart with, before its own are known. */
const WIDE = { priceDecimals: 8, sizeDecimals: 8 };
const NO_DIGITS: BookDigits = { priceDecimals: 0, sizeDecimals: 0 };
const KRAKEN_DEPTHS: readonly number[] = [10, 25, 100, 500, 1000];

/**
 * Drives the code that follows live books with one recorded connection: every frame is read, every checksum and every sequence
 * number checked. Updates that no recorded REST book bridges are checked for gaps alone. It never throws for what a frame says.
 */
export function verifyConnection(lines: readonly RecordedLine[], feed: RecordedFeed): ConnectionReport {
  const symbols = symbolsIn(lines, feed);
  let best: ConnectionReport | null = null;
  for (const depth of depthsOf(lines, feed.name)) {
    const report = provenOver(lines, feed, symbols, depth);
    if (best === null || report.faults.length < best.faults.length) best = report;
    if (best.faults.length === 0) break;
  }
  return best!;
}

/** A run, and a second one where updates of instruments never came to a book: their numbers are checked all the same. */
function provenOver(
  lines: readonly RecordedLine[],
  feed: RecordedFeed,
  symbols: readonly string[],
  depth: number,
): ConnectionReport {
  const first = runOver(lines, feed, symbols, depth, new Set(), digitsOf(lines, feed));
  const report = first.report();
  const unbridged = report.instruments
    .filter(({ updates, proof }) => updates > 0 && proof === 'none')
    .map(({ symbol }) => symbol);
  if (feed.reply === null || unbridged.length === 0) return report;
  return runOver(lines, feed, symbols, depth, new Set(unbridged), first.digits).report();
}

function runOver(
  lines: readonly RecordedLine[],
  feed: RecordedFeed,
  symbols: readonly string[],
  depth: number,
  withoutBook: ReadonlySet<string>,
  digits: ReadonlyMap<string, BookDigits>,
): FrameCheck {
  const instruments = symbols.map((symbol) => ({ symbol, ...(digits.get(symbol) ?? NO_DIGITS) }));
  const check = new FrameCheck({ feed, instruments, depth, address: addressSymbol(lines), withoutBook });
  for (const line of lines) check.take(line);
  return check;
}

/** Digits that the frames themselves prove; where they prove none, those grow with the numbers. */
function digitsOf(lines: readonly RecordedLine[], feed: RecordedFeed): ReadonlyMap<string, BookDigits> {
  if (feed.name === 'kraken.spot') return krakenDigits(textsOf(lines));
  return feed.name === 'kraken.spot.v1' ? krakenDigitsV1(textsOf(lines)) : new Map();
}

/** Names of all instruments with book messages, in the order in which they come. */
function symbolsIn(lines: readonly RecordedLine[], feed: RecordedFeed): readonly string[] {
  const symbols: string[] = [];
  const syntax = feed.syntax(addressSymbol(lines));
  const readerOf = () => createFrameReader(syntax, new BookInstruments(symbols.map((symbol) => ({ symbol, ...WIDE }))));
  const buffer = new FrameBytes();
  let reader = readerOf();
  for (const { kind, data } of lines) {
    if (kind !== 'recv') continue;
    const bytes = typeof data === 'string' ? undefined : data;
    const length = typeof data === 'string' ? buffer.fill(data) : data.length;
    while (reader.read(bytes ?? buffer.bytes, length) === 'refused' && reader.refusal?.code === 'unknown_symbol') {
      symbols.push(reader.refusal.detail);
      reader = readerOf();
    }
  }
  return symbols;
}

/** The symbol in an address such as `wss://…/v1/marketdata/btcusd?heartbeat=true`. */
function addressSymbol(lines: readonly RecordedLine[]): string {
  const url = lines.find(({ kind, url: address }) => kind === 'connect' && address !== '')?.url ?? '';
  return /\/v1\/marketdata\/([a-z0-9]+)/i.exec(url)?.[1]?.toUpperCase() ?? '(of the address)';
}

/** Depths that the books may have, the likeliest first: the one that was asked for, else those that the frames leave open. */
function depthsOf(lines: readonly RecordedLine[], feed: RecordedFeed['name']): readonly number[] {
  const named = DEPTH_NAMES[feed];
  if (named === undefined) return [Number.POSITIVE_INFINITY];
  let most = 0;
  for (const { kind, data } of lines) {
    if (typeof data !== 'string' || (kind !== 'recv' && kind !== 'send')) continue;
    const found = named
      .exec(data)
      ?.slice(1)
      .find((text) => text !== undefined);
    if (found !== undefined) return [Number(found)];
    if (/"type"\s*:\s*"snapshot"/.test(data)) most = Math.max(most, largestSide(data));
  }
  // A whole book, or as many levels as the stream of a part of it may have.
  if (feed === 'gate.perp' || feed === 'gate.spot.obu') return [Number.POSITIVE_INFINITY, 400, 100, 50, 20];
  const open = KRAKEN_DEPTHS.filter((depth) => depth >= most);
  if (open.length === 0 || open[0] === most) return [most];
  return open.slice(0, 2);
}

/** What in a subscription, its answer or a frame says how deep a book is. */
const DEPTH_NAMES: Readonly<Partial<Record<RecordedFeed['name'], RegExp>>> = {
  'kraken.spot': /"subscribe".*?"depth"\s*:\s*(\d+)|"depth"\s*:\s*(\d+).*?"subscribe"/,
  'kraken.spot.v1': /"book-(\d+)"/,
  'gate.perp': /order_book_update".*?"payload"\s*:\s*\[\s*"[^"]*"\s*,\s*"\d+ms"\s*,\s*"(\d+)"/,
  'gate.spot.obu': /"ob\.[A-Z0-9_]+\.(\d+)"/,
};

function largestSide(snapshot: string): number {
  const sides = snapshot.split(/"asks"/).map((side) => side.match(/"price"/g)?.length ?? 0);
  return Math.max(...sides);
}

function* textsOf(lines: readonly RecordedLine[]): Generator<string> {
  for (const { kind, data } of lines) if (kind === 'recv' && typeof data === 'string') yield data;
}

import type { SequenceRule } from '#shared/market/book-sync/sequence-rule.ts';
import { binanceFuturesRule, binanceSpotRule, krakenSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import { binanceDepthReply, binanceStream } from '#shared/market/venues/binance/syntax.ts';
import type { BookInstrument } from '#shared/market/venues/book-instruments.ts';
import type { FrameSyntax } from '#shared/market/venues/frame-syntax.ts';
import { krakenSpotV2 } from '#shared/market/venues/kraken-spot/v2-syntax.ts';
import { krakenSession } from '../../../test/recordings/kraken-session.ts';
import { cryptofeed, received, ticks } from '../../../test/recordings/recorded-data.ts';
import { asV2Frames } from './v1-as-v2.ts';

/** A session to be replayed by everybody: the REST snapshot where there is one, then the book frames in order. */
export interface BookSession {
  readonly name: string;
  readonly venue: 'kraken' | 'binance' | 'binanceusdm';
  readonly instruments: readonly BookInstrument[];
  readonly syntax: () => FrameSyntax;
  readonly replySyntax: ((symbol: string) => FrameSyntax) | null;
  readonly rule: SequenceRule;
  readonly depth: number;
  readonly checksum: boolean;
  readonly snapshot: string | null;
  readonly frames: readonly string[];
}

export function generatedKraken(updates: number, depth: number): BookSession {
  const digits = { symbol: 'BTC/USD', priceDecimals: 1, sizeDecimals: 8 };
  const frames = [...krakenSession({ seed: 'bench', ...digits, midTicks: 773_628, depth, updates })];
  return kraken(`kraken v2, generated, depth ${depth}`, [digits], depth, frames);
}

/** The recorded v1 session written as v2 frames, since ccxt reads no v1; the checksum rule is the same. */
export function recordedKraken(): BookSession {
  const { instruments, frames } = asV2Frames(received(cryptofeed('KRAKEN.ws.50.0.book1000.5pairs.gz')));
  return kraken('kraken, recorded, 4 pairs, depth 1000', instruments, 1000, frames);
}

export function recordedBinanceSpot(): BookSession {
  return binance('binance spot, recorded', 'spot-ethusdt_20240808.gz', 'binance', 4, binanceSpotRule);
}

export function recordedBinanceUsdm(): BookSession {
  return binance('binance usdm, recorded', 'usdm-ethusdt_20240808.gz', 'binanceusdm', 3, binanceFuturesRule);
}

function kraken(name: string, instruments: readonly BookInstrument[], depth: number, frames: readonly string[]): BookSession {
  const shape = { venue: 'kraken', syntax: krakenSpotV2, replySyntax: null, rule: krakenSpotRule, checksum: true } as const;
  return { name, ...shape, instruments, depth, snapshot: null, frames: frames.map(flat) };
}

function binance(
  name: string,
  file: string,
  venue: 'binance' | 'binanceusdm',
  sizeDecimals: number,
  rule: SequenceRule,
): BookSession {
  const texts = received(ticks(file));
  const snapshot = texts.find((text) => text.startsWith('{"lastUpdateId"'))!;
  const frames = texts.filter((text) => text.includes('"e":"depthUpdate"')).map(flat);
  const instruments = [{ symbol: 'ETHUSDT', priceDecimals: 2, sizeDecimals }];
  const shape = { venue, syntax: binanceStream, replySyntax: binanceDepthReply, checksum: false };
  return { name, ...shape, instruments, rule, depth: Number.POSITIVE_INFINITY, snapshot: flat(snapshot), frames };
}

/** A string of its own, not a slice of the file: what a socket would hand out. */
function flat(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { SECOND_US, type StreamContext, type StreamSession } from '../stream-session.ts';
import { trimmedText } from '../wire-text.ts';
import { type BookUpdate, followUpdates } from './book-updates.ts';
import { type GateRequest, updateText } from './envelope.ts';
import { GateSession, type GateStream } from './gate-session.ts';
import { levelsText, spotTickerRow, spotTradeRow } from './spot-frames.ts';

const UPDATE_PERIODS_US: Readonly<Record<string, number>> = { '20ms': 20_000, '100ms': 100_000 };
/** Depth and pushing period of `ob.{PAIR}.{depth}`. */
const OBU_PERIODS_US: Readonly<Record<string, number>> = { '50': 20_000, '400': 100_000 };

/** Gate's spot WebSocket v4: order_book_update, obu, book_ticker, trades, tickers, ping. */
export function gateSpotSession(context: StreamContext): StreamSession {
  return new GateSession(context, 'spot', (request) => subscribe(context, request));
}

function subscribe(context: StreamContext, request: GateRequest): readonly GateStream[] | string {
  switch (request.channel) {
    case 'spot.order_book_update':
      return updateStream(context, request);
    case 'spot.obu':
      return obuStreams(context, request);
    case 'spot.book_ticker':
      return pairStreams(context, request, (instrument) => followBest(context, instrument));
    case 'spot.trades':
      return pairStreams(context, request, (instrument) => followTrades(context, instrument));
    case 'spot.tickers':
      return pairStreams(context, request, (instrument) => followTicker(context, instrument));
    default:
      return `unknown channel ${request.channel}`;
  }
}

function updateStream(context: StreamContext, { payload }: GateRequest): readonly GateStream[] | string {
  const [pair = '', period = ''] = payload;
  const instrument = context.market.find('gate_spot', pair);
  if (instrument === undefined) return `unknown currency pair ${pair}`;
  const periodUs = UPDATE_PERIODS_US[period];
  if (periodUs === undefined) return `unsupported interval ${period}`;
  const start = (): (() => void) =>
    followUpdates(context, instrument, { periodUs, depth: Number.POSITIVE_INFINITY }, (update) => {
      const { spec } = instrument;
      const atMs = Math.floor(update.atUs / 1000);
      const head = `"t":${atMs},"e":"depthUpdate","E":${Math.floor(atMs / 1000)},"s":"${spec.symbol}","U":${update.first},"u":${update.last}`;
      const result = `{${head},"b":${levelsText(spec, update.bids)},"a":${levelsText(spec, update.asks)}}`;
      sendBook(context, instrument, 'spot.order_book_update', result, 'update', update.last);
    });
  return [{ key: pair, start }];
}

function obuStreams(context: StreamContext, { payload }: GateRequest): readonly GateStream[] | string {
  const streams: GateStream[] = [];
  for (const name of payload) {
    const [, pair = '', depth = ''] = /^ob\.([^.]+)\.(\d+)$/.exec(name) ?? [];
    const instrument = context.market.find('gate_spot', pair);
    const periodUs = OBU_PERIODS_US[depth];
    if (instrument === undefined || periodUs === undefined) return `unknown stream ${name}`;
    streams.push({ key: name, start: () => followObu(context, instrument, name, Number(depth), periodUs) });
  }
  return streams.length === 0 ? 'payload is empty' : streams;
}

/** The whole window first (`full`), then changes. */
function followObu(
  context: StreamContext,
  instrument: TradedInstrument,
  name: string,
  depth: number,
  periodUs: number,
): () => void {
  const { book } = instrument;
  const send = (kind: 'snapshot' | 'update', { first, last, atUs, bids, asks }: BookUpdate): void => {
    const { spec } = instrument;
    const range = kind === 'snapshot' ? `"full":true,"s":"${name}","u":${last}` : `"s":"${name}","U":${first},"u":${last}`;
    const result = `{"t":${Math.floor(atUs / 1000)},${range},"b":${levelsText(spec, bids)},"a":${levelsText(spec, asks)}}`;
    sendBook(context, instrument, 'spot.obu', result, kind, last);
  };
  const levels = { bids: book.bids.levels(depth), asks: book.asks.levels(depth) };
  send('snapshot', { ...levels, first: book.sequence, last: book.sequence, atUs: context.venueUs() });
  return followUpdates(context, instrument, { periodUs, depth }, (update) => send('update', update));
}

function pairStreams(
  context: StreamContext,
  { payload }: GateRequest,
  start: (instrument: TradedInstrument) => () => void,
): readonly GateStream[] | string {
  const streams: GateStream[] = [];
  for (const pair of payload) {
    const instrument = context.market.find('gate_spot', pair);
    if (instrument === undefined) return `unknown currency pair ${pair}`;
    streams.push({ key: pair, start: () => start(instrument) });
  }
  return streams.length === 0 ? 'payload is empty' : streams;
}

function followBest(context: StreamContext, instrument: TradedInstrument): () => void {
  const { book } = instrument;
  let best = '';
  return context.watch(instrument, {
    book: (_changes, atUs) => {
      const { spec } = instrument;
      const shown = (side: 'bids' | 'asks') => [
        trimmedText(book[side].prices[0] ?? 0, spec.priceDigits),
        trimmedText(book[side].sizes[0] ?? 0, spec.sizeDigits),
      ];
      const [[b, B], [a, A]] = [shown('bids'), shown('asks')];
      const now = `${b} ${B} ${a} ${A}`;
      if (now === best) return;
      best = now;
      const t = Math.floor((atUs + context.skewUs()) / 1000);
      push(context, instrument, 'spot.book_ticker', JSON.stringify({ t, u: book.sequence, s: spec.symbol, b, B, a, A }));
    },
  });
}

function followTrades(context: StreamContext, instrument: TradedInstrument): () => void {
  return context.watch(instrument, {
    trades: (trades) => {
      for (const trade of trades) {
        push(context, instrument, 'spot.trades', JSON.stringify(spotTradeRow(instrument.spec, trade, context.skewUs())));
      }
    },
  });
}

function followTicker(context: StreamContext, instrument: TradedInstrument): () => void {
  const { market } = context;
  return context.every(SECOND_US, () => {
    const row = spotTickerRow(instrument, market.days.of(instrument, market.schedule.nowMs));
    push(context, instrument, 'spot.tickers', JSON.stringify(row));
  });
}

function sendBook(
  context: StreamContext,
  instrument: TradedInstrument,
  channel: string,
  result: string,
  kind: 'snapshot' | 'update',
  sequence: number,
): void {
  const about = { channel: 'book', symbol: instrument.spec.symbol, kind, sequence };
  context.send({ text: updateText(context, channel, result), about });
}

function push(context: StreamContext, instrument: TradedInstrument, channel: string, result: string): void {
  const about = { channel, symbol: instrument.spec.symbol, kind: 'update' as const, sequence: -1 };
  context.send({ text: updateText(context, channel, result), about });
}

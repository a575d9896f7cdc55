import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { SECOND_US, type StreamContext, type StreamSession } from '../stream-session.ts';
import { followUpdates } from './book-updates.ts';
import { contractStats, STATS_INTERVALS } from './contract-stats.ts';
import { type GateRequest, updateText } from './envelope.ts';
import { bookTickerResult, bookUpdateResult, liquidationRow, tickerRow, tradeRow } from './futures-frames.ts';
import { GateSession } from './gate-session.ts';

const BOOK_PERIODS_US: Readonly<Record<string, number>> = { '20ms': 20_000, '100ms': 100_000 };
const BOOK_DEPTHS: readonly number[] = [20, 50, 100];
const STATS_PERIOD_US = 60 * SECOND_US;

/** Gate's futures WebSocket v4 (USDT): order_book_update, book_ticker, trades, tickers, contract_stats, public_liquidates, ping. */
export function gateFuturesSession(context: StreamContext): StreamSession {
  return new GateSession(context, 'futures', (request) => subscribe(context, request));
}

/** Streams that a request names, or what is wrong with it. */
function subscribe(context: StreamContext, request: GateRequest) {
  switch (request.channel) {
    case 'futures.order_book_update':
      return bookStream(context, request);
    case 'futures.contract_stats':
      return statsStream(context, request);
    case 'futures.book_ticker':
      return contractStreams(context, request, (instrument) => followBest(context, instrument));
    case 'futures.trades':
      return contractStreams(context, request, (instrument) => followTrades(context, instrument));
    case 'futures.tickers':
      return contractStreams(context, request, (instrument) => followTicker(context, instrument));
    case 'futures.public_liquidates':
      return contractStreams(context, request, (instrument) => followLiquidations(context, instrument));
    default:
      return `unknown channel ${request.channel}`;
  }
}

function bookStream(context: StreamContext, { payload }: GateRequest) {
  const [contract = '', period = '', depth] = payload;
  const instrument = context.market.find('gate_futures', contract);
  if (instrument === undefined) return `unknown contract ${contract}`;
  const periodUs = BOOK_PERIODS_US[period];
  if (periodUs === undefined) return `unsupported frequency ${period}`;
  if (depth !== undefined && !BOOK_DEPTHS.includes(Number(depth))) return `unsupported level ${depth}`;
  const start = () =>
    followUpdates(context, instrument, { periodUs, depth: Number(depth ?? Number.POSITIVE_INFINITY) }, (update) => {
      const text = updateText(context, 'futures.order_book_update', bookUpdateResult(instrument.spec, update));
      context.send({ text, about: { channel: 'book', symbol: instrument.spec.symbol, kind: 'update', sequence: update.last } });
    });
  return [{ key: contract, start }];
}

function statsStream(context: StreamContext, { payload }: GateRequest) {
  const [contract = '', interval = ''] = payload;
  const instrument = context.market.find('gate_futures', contract);
  if (instrument === undefined) return `unknown contract ${contract}`;
  const intervalMs = STATS_INTERVALS[interval];
  if (intervalMs === undefined) return `unsupported interval ${interval}`;
  const send = (): void => {
    const nowMs = context.market.schedule.nowMs;
    const startMs = Math.floor(nowMs / intervalMs) * intervalMs;
    const rows = contractStats(context.market, instrument, intervalMs, startMs, nowMs);
    const result = JSON.stringify(rows.map((stats) => ({ ...stats, contract: instrument.spec.symbol })));
    push(context, instrument, 'futures.contract_stats', result);
  };
  return [{ key: `${contract} ${interval}`, start: () => context.every(Math.min(STATS_PERIOD_US, intervalMs * 1000), send) }];
}

/** One stream per contract of the payload; `!all` names them all. */
function contractStreams(context: StreamContext, { payload }: GateRequest, start: (instrument: TradedInstrument) => () => void) {
  const all = context.market.on('gate_futures');
  const names = payload.includes('!all') ? all.map((instrument) => instrument.spec.symbol) : payload;
  if (names.length === 0) return 'payload is empty';
  const streams = [];
  for (const contract of names) {
    const instrument = context.market.find('gate_futures', contract);
    if (instrument === undefined) return `unknown contract ${contract}`;
    streams.push({ key: contract, start: () => start(instrument) });
  }
  return streams;
}

function followBest(context: StreamContext, instrument: TradedInstrument): () => void {
  const { book } = instrument;
  let best = '';
  return context.watch(instrument, {
    book: (_changes, atUs) => {
      const now = `${book.bids.prices[0]} ${book.bids.sizes[0]} ${book.asks.prices[0]} ${book.asks.sizes[0]}`;
      if (now === best) return;
      best = now;
      const atMs = Math.floor((atUs + context.skewUs()) / 1000);
      push(context, instrument, 'futures.book_ticker', bookTickerResult(instrument, atMs));
    },
  });
}

function followTrades(context: StreamContext, instrument: TradedInstrument): () => void {
  return context.watch(instrument, {
    trades: (trades) => {
      const rows = trades.map((trade) => tradeRow(instrument.spec, trade, context.skewUs()));
      push(context, instrument, 'futures.trades', JSON.stringify(rows));
    },
  });
}

function followTicker(context: StreamContext, instrument: TradedInstrument): () => void {
  const { perpetual } = instrument;
  const { market } = context;
  if (perpetual === null) return () => {};
  return context.every(SECOND_US, () => {
    const row = tickerRow(instrument, perpetual, market.days.of(instrument, market.schedule.nowMs));
    push(context, instrument, 'futures.tickers', JSON.stringify([row]));
  });
}

/** Liquidations of a contract are gathered for a second. */
function followLiquidations(context: StreamContext, instrument: TradedInstrument): () => void {
  let rows: unknown[] = [];
  const stopWatching = context.watch(instrument, {
    liquidation: (liquidation) => {
      rows.push(liquidationRow(instrument.spec, liquidation, context.skewUs()));
    },
  });
  const stopTimer = context.every(SECOND_US, () => {
    if (rows.length > 0) push(context, instrument, 'futures.public_liquidates', JSON.stringify(rows));
    rows = [];
  });
  return () => {
    stopWatching();
    stopTimer();
  };
}

function push(context: StreamContext, instrument: TradedInstrument, channel: string, result: string): void {
  const about = { channel, symbol: instrument.spec.symbol, kind: 'update' as const, sequence: -1 };
  context.send({ text: updateText(context, channel, result), about });
}

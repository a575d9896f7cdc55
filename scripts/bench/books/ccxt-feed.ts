import ccxt from 'ccxt';
import type { BookSession } from './sessions.ts';

/** ccxt.pro's own path from a frame's text to its book: `Client.onMessage`, that is JSON.parse and the exchange's handlers. */
export interface CcxtFeed {
  readonly onText: (text: string) => void;
  /** Best bid of the session's first instrument, to see that the work was done. */
  readonly bestBid: () => number;
}

interface CcxtBook {
  readonly bids: readonly (readonly number[])[];
  reset(snapshot: unknown): void;
}

interface CcxtExchange {
  orderbooks: Record<string, CcxtBook>;
  client(url: string): { onMessage(event: { data: string }): void };
  setMarkets(markets: readonly unknown[]): void;
  orderBook(snapshot: unknown, depth?: number): CcxtBook;
  parseOrderBook(book: unknown, symbol: string): Record<string, unknown>;
}

const URLS = {
  kraken: 'wss://ws.kraken.com/v2',
  binance: 'wss://stream.binance.com:9443/ws',
  binanceusdm: 'wss://fstream.binance.com/ws',
};

/** An exchange of ccxt.pro with the session's markets and, for Binance, its snapshot; no network is used. */
export function ccxtFeed(session: BookSession): CcxtFeed {
  const exchange = new ccxt.pro[session.venue]() as unknown as CcxtExchange;
  exchange.setMarkets(session.instruments.map(({ symbol }) => market(symbol, session.venue)));
  const symbol = unified(session.instruments[0]!.symbol, session.venue);
  if (session.snapshot !== null) {
    const reply = JSON.parse(session.snapshot) as { lastUpdateId: number };
    exchange.orderbooks[symbol] = exchange.orderBook({}, 1000);
    exchange.orderbooks[symbol].reset({ ...exchange.parseOrderBook(reply, symbol), nonce: reply.lastUpdateId });
  }
  const client = exchange.client(URLS[session.venue]);
  return {
    onText: (data) => client.onMessage({ data }),
    bestBid: () => exchange.orderbooks[symbol]?.bids[0]?.[0] ?? Number.NaN,
  };
}

function unified(symbol: string, venue: BookSession['venue']): string {
  if (venue === 'kraken') return symbol;
  return venue === 'binance' ? symbol.replace('USDT', '/USDT') : symbol.replace('USDT', '/USDT:USDT');
}

function market(id: string, venue: BookSession['venue']): unknown {
  const symbol = unified(id, venue);
  const [base = '', quote = ''] = symbol.split(/[/:]/);
  const swap = venue === 'binanceusdm';
  const kind = { type: swap ? 'swap' : 'spot', spot: !swap, swap, future: false, option: false, contract: swap, linear: swap };
  return {
    id,
    symbol,
    base,
    quote,
    baseId: base,
    quoteId: quote,
    active: true,
    ...kind,
    info: { wsname: id },
    precision: {},
    limits: {},
  };
}

import ccxt from 'ccxt';
import type { BookInstrument } from '#shared/market/venues/book-instruments.ts';
import type { BookSession } from './sessions.ts';

/**
 * ccxt.pro's own path from a frame to its book: `Client.onMessage`, that is the text of the bytes, JSON.parse and the exchange's
 * handlers. Nobody awaits `watchOrderBook`, which would cut Binance's books to 1000 levels: both sides keep all of them.
 */
export interface CcxtFeed {
  readonly onFrame: (bytes: Buffer) => void;
  /** Best bid of the session's first instrument, to see that the work was done. */
  readonly bestBid: () => number;
  /** Messages that it refused. */
  readonly rejected: () => number;
}

interface CcxtBook {
  readonly bids: readonly (readonly number[])[];
  reset(snapshot: unknown): void;
}

interface CcxtClient {
  onMessage(event: { data: Buffer }): void;
  reject(error: unknown, messageHash?: string): unknown;
}

interface CcxtExchange {
  orderbooks: Record<string, CcxtBook>;
  client(url: string): CcxtClient;
  formatNumber(data: string): string;
  handleOrderBook(client: CcxtClient, message: unknown): void;
  setMarkets(markets: readonly unknown[]): void;
  orderBook(snapshot: unknown, depth?: number): CcxtBook;
  parseOrderBook(book: unknown, symbol: string): Record<string, unknown>;
}

const URLS = {
  kraken: 'wss://ws.kraken.com/v2',
  binance: 'wss://stream.binance.com:9443/ws',
  binanceusdm: 'wss://fstream.binance.com/ws',
};

/**
 * An exchange of ccxt.pro with the session's markets and, for Binance, its snapshot; no network is used. With `verify` Kraken's
 * checksum, which ccxt has switched off, is on; its code, which cannot format the numbers that its books hold, gets them
 * as texts with the instrument's digits, so that it computes what it means to.
 */
export function ccxtFeed(session: BookSession, verify: boolean): CcxtFeed {
  const options = { options: { watchOrderBook: { checksum: verify } } };
  const exchange = new ccxt.pro[session.venue](options) as unknown as CcxtExchange;
  exchange.setMarkets(session.instruments.map(({ symbol }) => market(symbol, session.venue)));
  if (verify) formatWithDigits(exchange, session.instruments);
  const symbol = unified(session.instruments[0]!.symbol, session.venue);
  if (session.snapshot !== null) {
    const reply = JSON.parse(session.snapshot) as { lastUpdateId: number };
    exchange.orderbooks[symbol] = exchange.orderBook({}, 1000);
    exchange.orderbooks[symbol].reset({ ...exchange.parseOrderBook(reply, symbol), nonce: reply.lastUpdateId });
  }
  const client = exchange.client(URLS[session.venue]);
  let rejected = 0;
  client.reject = () => {
    rejected += 1;
  };
  return {
    onFrame: (data) => client.onMessage({ data }),
    bestBid: () => exchange.orderbooks[symbol]?.bids[0]?.[0] ?? Number.NaN,
    rejected: () => rejected,
  };
}

/** ccxt formats price and size of a level in turns. */
function formatWithDigits(exchange: CcxtExchange, instruments: readonly BookInstrument[]): void {
  const format = exchange.formatNumber.bind(exchange);
  const handle = exchange.handleOrderBook.bind(exchange);
  const digits = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
  let current = instruments[0]!;
  let isSize = false;
  exchange.handleOrderBook = (client, message) => {
    const { data } = message as { data: readonly { symbol: string }[] };
    current = digits.get(data[0]!.symbol)!;
    handle(client, message);
  };
  exchange.formatNumber = (data) => {
    const decimals = isSize ? current.sizeDecimals : current.priceDecimals;
    isSize = !isSize;
    return format((data as unknown as number).toFixed(decimals));
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

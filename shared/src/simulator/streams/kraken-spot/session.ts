import { powerOfTen } from '../../fixed-digits.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { BookWindow } from '../book-window.ts';
import { decodeRequest, plainFrame, SECOND_US, type StreamContext, type StreamSession } from '../stream-session.ts';
import { microsText } from '../wire-text.ts';
import { bookChecksum } from './checksum.ts';
import { bookText, instrumentText, ohlcText, tickerText, tradesText } from './frames.ts';
import { followBalances, followExecutions } from './private-feed.ts';
import { type Wanted, wantedOf } from './subscription.ts';

const SNAPSHOT_TRADES = 50;
const SNAPSHOT_BARS = 25;

/** Kraken's public WebSocket v2: status, heartbeat, ping, and the channels book, trade, ticker, ohlc and instrument. */
export function krakenSpotSession(context: StreamContext): StreamSession {
  return new KrakenSpotSession(context);
}

class KrakenSpotSession implements StreamSession {
  readonly #context: StreamContext;
  readonly #subscriptions = new Map<string, () => void>();

  constructor(context: StreamContext) {
    this.#context = context;
    this.#sendStatus('online');
    context.every(SECOND_US, () => {
      if (this.#subscriptions.size > 0) context.send({ text: '{"channel":"heartbeat"}', about: null });
    });
  }

  onMaintenance(isOn: boolean): void {
    this.#sendStatus(isOn ? 'maintenance' : 'online');
  }

  receive(text: string): void {
    const request = decodeRequest(text);
    if (request === undefined) {
      this.#answer({ error: 'Malformed request', success: false });
      return;
    }
    const { method } = request;
    if (method === 'ping') {
      this.#answer({ method: 'pong' }, request);
      return;
    }
    if (method !== 'subscribe' && method !== 'unsubscribe') {
      this.#answer({ error: 'Unsupported event', success: false }, request);
      return;
    }
    const params = isRecord(request.params) ? request.params : {};
    if (params.channel === 'instrument') {
      const snapshot = params.snapshot !== false;
      this.#serve(method, request, { channel: 'instrument', snapshot }, () => this.#followInstruments(snapshot));
      return;
    }
    if (params.channel === 'executions' || params.channel === 'balances') {
      this.#servePrivate(method, request, params, params.channel);
      return;
    }
    if (!Array.isArray(params.symbol)) {
      this.#refuse(method, request, 'Symbol(s) not found');
      return;
    }
    for (const symbol of params.symbol) this.#serveSymbol(method, request, params, String(symbol));
  }

  #serveSymbol(
    method: 'subscribe' | 'unsubscribe',
    request: Readonly<Record<string, unknown>>,
    params: Readonly<Record<string, unknown>>,
    symbol: string,
  ): void {
    const instrument = this.#context.market.find('kraken_spot', symbol);
    if (instrument?.spec.symbol !== symbol) {
      this.#refuse(method, request, `Currency pair not supported ${symbol}`, symbol);
      return;
    }
    const wanted = wantedOf(params, symbol);
    if (typeof wanted === 'string') {
      this.#refuse(method, request, wanted, symbol);
      return;
    }
    this.#serve(method, request, wanted, () => this.#start(wanted, instrument));
  }

  /** Channels of one account, opened by a token. */
  #servePrivate(
    method: 'subscribe' | 'unsubscribe',
    request: Readonly<Record<string, unknown>>,
    params: Readonly<Record<string, unknown>>,
    channel: 'executions' | 'balances',
  ): void {
    const account = this.#context.orders.tokens.accountOf(String(params.token));
    if (account === undefined) {
      this.#refuse(method, request, 'ESession:Invalid session');
      return;
    }
    const { orders } = this.#context;
    const withSnapshot = params.snapshot !== false;
    const snapshot = { orders: params.snap_orders !== false && withSnapshot, trades: params.snap_trades === true };
    this.#serve(method, request, { channel, snapshot: withSnapshot }, () =>
      channel === 'executions'
        ? followExecutions(this.#context, orders, account, snapshot)
        : followBalances(this.#context, orders, account, withSnapshot),
    );
  }

  #serve(
    method: 'subscribe' | 'unsubscribe',
    request: Readonly<Record<string, unknown>>,
    wanted: Wanted,
    start: () => () => void,
  ): void {
    const key = `${wanted.channel} ${wanted.symbol ?? ''} ${wanted.interval ?? ''}`;
    const known = this.#subscriptions.get(key);
    if (method === 'subscribe' && known !== undefined) {
      this.#refuse(method, request, 'Already subscribed', wanted.symbol);
      return;
    }
    if (method === 'unsubscribe' && known === undefined) {
      this.#refuse(method, request, 'Subscription Not Found', wanted.symbol);
      return;
    }
    const { snapshot: _snapshot, ...withoutSnapshot } = wanted;
    this.#answer({ method, result: method === 'subscribe' ? wanted : withoutSnapshot, success: true }, request);
    if (method === 'unsubscribe') {
      known?.();
      this.#subscriptions.delete(key);
    } else this.#subscriptions.set(key, start());
  }

  /** Sends the snapshot and follows the channel; returns what ends it. */
  #start(wanted: Wanted, instrument: TradedInstrument): () => void {
    switch (wanted.channel) {
      case 'book':
        return this.#afterDelay(instrument, () => this.#followBook(instrument, wanted.depth ?? 10, wanted.snapshot !== false));
      case 'trade':
        return this.#followTrades(instrument, wanted.snapshot === true);
      case 'ticker':
        return this.#followTicker(instrument, wanted.event_trigger === 'bbo', wanted.snapshot !== false);
      default:
        return this.#followOhlc(instrument, wanted.interval ?? 1, wanted.snapshot !== false);
    }
  }

  #afterDelay(instrument: TradedInstrument, start: () => () => void): () => void {
    const delayUs = this.#context.snapshotDelayUs(instrument.spec.symbol);
    if (delayUs === 0) return start();
    let stop = this.#context.after(delayUs, () => {
      stop = start();
    });
    return () => stop();
  }

  #followBook(instrument: TradedInstrument, depth: number, withSnapshot: boolean): () => void {
    const { book } = instrument;
    const window = new BookWindow(book, depth);
    let { priceDigits } = instrument.spec;
    const send = (kind: 'snapshot' | 'update', levels: ReturnType<BookWindow['snapshot']>, atUs: number): void => {
      const text = bookText(instrument.spec, kind, levels, bookChecksum(book), atUs + this.#context.skewUs());
      const about = { channel: 'book', symbol: instrument.spec.symbol, kind, sequence: book.sequence };
      this.#context.send({ text, about });
    };
    if (withSnapshot) send('snapshot', window.snapshot(), this.#context.market.schedule.nowUs);
    return this.#context.watch(instrument, {
      book: (changes, atUs) => {
        const levels = window.changes(changes, 'steps');
        if (levels.bids.length + levels.asks.length > 0) send('update', levels, atUs);
      },
      spec: () => {
        window.scalePrices(powerOfTen(instrument.spec.priceDigits - priceDigits));
        priceDigits = instrument.spec.priceDigits;
      },
    });
  }

  #followTrades(instrument: TradedInstrument, withSnapshot: boolean): () => void {
    const send = (kind: 'snapshot' | 'update', trades: TradedInstrument['tape']['trades']): void =>
      this.#send(instrument, 'trade', kind, tradesText(instrument.spec, kind, trades, this.#context.skewUs()));
    if (withSnapshot) send('snapshot', instrument.tape.trades.slice(-SNAPSHOT_TRADES));
    return this.#context.watch(instrument, { trades: (trades) => send('update', trades) });
  }

  #followTicker(instrument: TradedInstrument, onBestChange: boolean, withSnapshot: boolean): () => void {
    const { market } = this.#context;
    const send = (kind: 'snapshot' | 'update'): void =>
      this.#send(instrument, 'ticker', kind, tickerText(instrument, kind, market.days.of(instrument, market.schedule.nowMs)));
    if (withSnapshot) send('snapshot');
    if (!onBestChange) return this.#context.watch(instrument, { trades: () => send('update') });
    let best = bestOf(instrument);
    return this.#context.watch(instrument, {
      book: () => {
        const now = bestOf(instrument);
        if (now === best) return;
        best = now;
        send('update');
      },
    });
  }

  #followOhlc(instrument: TradedInstrument, interval: number, withSnapshot: boolean): () => void {
    const { market } = this.#context;
    const bars = (count: number) => {
      const [nowMs, lengthMs] = [market.schedule.nowMs, interval * 60_000];
      const fromMs = Math.floor(nowMs / lengthMs) * lengthMs - (count - 1) * lengthMs;
      return market.history.bars(instrument, lengthMs, fromMs, nowMs, nowMs);
    };
    if (withSnapshot) this.#send(instrument, 'ohlc', 'snapshot', ohlcText(instrument, 'snapshot', interval, bars(SNAPSHOT_BARS)));
    return this.#context.watch(instrument, {
      trades: () => this.#send(instrument, 'ohlc', 'update', ohlcText(instrument, 'update', interval, bars(1))),
    });
  }

  #followInstruments(withSnapshot: boolean): () => void {
    const instruments = this.#context.market.on('kraken_spot');
    if (withSnapshot) this.#context.send({ text: instrumentText('snapshot', instruments), about: null });
    const stops = instruments.map((instrument) =>
      this.#context.watch(instrument, {
        spec: () => this.#context.send({ text: instrumentText('update', [instrument]), about: null }),
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }

  #send(instrument: TradedInstrument, channel: string, kind: 'snapshot' | 'update', text: string): void {
    this.#context.send({ text, about: { channel, symbol: instrument.spec.symbol, kind, sequence: -1 } });
  }

  #sendStatus(system: 'online' | 'maintenance'): void {
    const id = 1_000_000_000_000 + this.#context.connection;
    const data = [{ version: '2.0.10', system, api_version: 'v2', connection_id: id, upcoming_maintenance: [], emergency: [] }];
    this.#context.send(plainFrame({ channel: 'status', type: 'update', data }));
  }

  #refuse(method: string, request: Readonly<Record<string, unknown>>, error: string, symbol?: string): void {
    this.#answer({ error, method, success: false, ...(symbol === undefined ? {} : { symbol }) }, request);
  }

  #answer(body: Readonly<Record<string, unknown>>, request: Readonly<Record<string, unknown>> = {}): void {
    const time = microsText(this.#context.venueUs());
    const id = typeof request.req_id === 'number' ? { req_id: request.req_id } : {};
    this.#context.send(plainFrame({ ...body, time_in: time, time_out: time, ...id }));
  }
}

function bestOf({ book: { bids, asks } }: TradedInstrument): string {
  return `${bids.prices[0]} ${bids.sizes[0]} ${asks.prices[0]} ${asks.sizes[0]}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

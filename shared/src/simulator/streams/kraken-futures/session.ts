import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { decodeRequest, plainFrame, SECOND_US, type StreamContext, type StreamSession } from '../stream-session.ts';
import { bookChangeText, bookSnapshotText, tickerLiteText, tickerText, tradeSnapshotText, tradeText } from './frames.ts';

const FEEDS: readonly string[] = ['book', 'trade', 'ticker', 'ticker_lite', 'heartbeat'];
const SNAPSHOT_TRADES = 100;

/** Kraken Futures' public WebSocket v1: feeds book, trade, ticker, ticker_lite and heartbeat. */
export function krakenFuturesSession(context: StreamContext): StreamSession {
  return new KrakenFuturesSession(context);
}

class KrakenFuturesSession implements StreamSession {
  readonly #context: StreamContext;
  readonly #subscriptions = new Map<string, () => void>();

  constructor(context: StreamContext) {
    this.#context = context;
    context.send(plainFrame({ event: 'info', version: 1 }));
  }

  receive(text: string): void {
    const request = decodeRequest(text);
    if (request === undefined) {
      this.#context.send(plainFrame({ event: 'error', message: 'Json Error' }));
      return;
    }
    const { event, feed, product_ids: products } = request;
    if (event !== 'subscribe' && event !== 'unsubscribe') {
      this.#context.send(plainFrame({ event: 'alert', message: 'Bad request' }));
      return;
    }
    if (typeof feed !== 'string' || !FEEDS.includes(feed)) {
      this.#context.send(plainFrame({ event: 'error', message: 'Invalid feed' }));
      return;
    }
    if (feed === 'heartbeat') {
      this.#serveHeartbeat(event);
      return;
    }
    if (!Array.isArray(products) || products.length === 0) {
      this.#context.send(plainFrame({ event: 'error', message: 'Invalid product id' }));
      return;
    }
    for (const product of products) this.#serve(event, feed, String(product));
  }

  #serve(event: 'subscribe' | 'unsubscribe', feed: string, product: string): void {
    const instrument = this.#context.market.find('kraken_futures', product);
    if (instrument === undefined) {
      this.#context.send(plainFrame({ event: 'error', message: 'Invalid product id' }));
      return;
    }
    const key = `${feed} ${instrument.spec.symbol}`;
    const known = this.#subscriptions.get(key);
    known?.();
    if (event === 'unsubscribe') {
      this.#subscriptions.delete(key);
      this.#context.send(plainFrame({ event: 'unsubscribed', feed, product_ids: [instrument.spec.symbol] }));
      return;
    }
    // Asking again for a feed brings a new snapshot.
    if (known !== undefined)
      this.#context.send(plainFrame({ event: 'alert', message: 'Already subscribed to feed, re-requesting' }));
    this.#context.send(plainFrame({ event: 'subscribed', feed, product_ids: [instrument.spec.symbol] }));
    this.#subscriptions.set(key, this.#start(feed, instrument));
  }

  #serveHeartbeat(event: 'subscribe' | 'unsubscribe'): void {
    this.#subscriptions.get('heartbeat')?.();
    this.#subscriptions.delete('heartbeat');
    this.#context.send(plainFrame({ event: `${event}d`, feed: 'heartbeat' }));
    if (event === 'unsubscribe') return;
    const stop = this.#context.every(SECOND_US, () =>
      this.#context.send(plainFrame({ feed: 'heartbeat', time: this.#venueMs() })),
    );
    this.#subscriptions.set('heartbeat', stop);
  }

  #start(feed: string, instrument: TradedInstrument): () => void {
    switch (feed) {
      case 'book':
        return this.#afterDelay(instrument, () => this.#followBook(instrument));
      case 'trade':
        return this.#followTrades(instrument);
      default:
        return this.#followTicker(instrument, feed === 'ticker_lite');
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

  #followBook(instrument: TradedInstrument): () => void {
    const { book, spec } = instrument;
    const about = { channel: 'book', symbol: spec.symbol };
    this.#context.send({
      text: bookSnapshotText(instrument, this.#venueMs()),
      about: { ...about, kind: 'snapshot', sequence: book.sequence },
    });
    return this.#context.watch(instrument, {
      book: (changes, atUs) => {
        const atMs = Math.floor((atUs + this.#context.skewUs()) / 1000);
        let sequence = book.sequence - changes.length;
        for (const change of changes) {
          sequence += 1;
          const text = bookChangeText(instrument.spec, change, sequence, atMs);
          this.#context.send({ text, about: { ...about, kind: 'update', sequence } });
        }
      },
    });
  }

  #followTrades(instrument: TradedInstrument): () => void {
    const { symbol } = instrument.spec;
    const about = (kind: 'snapshot' | 'update') => ({ channel: 'trade', symbol, kind, sequence: -1 });
    const text = tradeSnapshotText(instrument.spec, instrument.tape.trades.slice(-SNAPSHOT_TRADES), this.#context.skewUs());
    this.#context.send({ text, about: about('snapshot') });
    return this.#context.watch(instrument, {
      trades: (trades) => {
        for (const trade of trades) {
          this.#context.send({ text: tradeText(instrument.spec, trade, this.#context.skewUs()), about: about('update') });
        }
      },
    });
  }

  /** At most one message a second, the first at once. */
  #followTicker(instrument: TradedInstrument, lite: boolean): () => void {
    const { market } = this.#context;
    const { perpetual, spec } = instrument;
    if (perpetual === null) return () => {};
    const send = (): void => {
      const day = market.days.of(instrument, market.schedule.nowMs);
      const text = lite ? tickerLiteText(instrument, perpetual, day) : tickerText(instrument, perpetual, day, this.#venueMs());
      this.#context.send({ text, about: { channel: 'ticker', symbol: spec.symbol, kind: 'update', sequence: -1 } });
    };
    send();
    return this.#context.every(SECOND_US, send);
  }

  #venueMs(): number {
    return Math.floor(this.#context.venueUs() / 1000);
  }
}

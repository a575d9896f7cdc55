import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveConnection } from '#shared/simulator/live-connection.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import type { FrameSubject } from '#shared/simulator/streams/stream-session.ts';

export interface TappedFrame {
  readonly atMs: number;
  readonly text: string;
  readonly about: FrameSubject | null;
}

/** A client that only listens: everything it was sent, and how its connection ended. */
export class TappedStream {
  readonly frames: TappedFrame[] = [];
  closed: { readonly code: number; readonly atMs: number } | null = null;
  readonly connection: LiveConnection | null;
  readonly #sim: LiveSimulator;

  constructor(sim: LiveSimulator, surface: LiveSurface) {
    this.#sim = sim;
    this.connection = sim.connect(surface, {
      send: (text, about) => this.frames.push({ atMs: sim.nowMs, text, about }),
      close: (code) => {
        this.closed = { code, atMs: sim.nowMs };
      },
    });
  }

  send(message: unknown): void {
    if (this.connection !== null)
      this.#sim.receive(this.connection, typeof message === 'string' ? message : JSON.stringify(message));
  }

  get texts(): readonly string[] {
    return this.frames.map(({ text }) => text);
  }

  /** Decoded messages; those that are no JSON are left out. */
  decoded(): readonly Readonly<Record<string, unknown>>[] {
    return this.frames.flatMap(({ text }) => {
      try {
        return [JSON.parse(text) as Record<string, unknown>];
      } catch {
        return [];
      }
    });
  }
}

/** Subscriptions to everything that a venue streams about one base. */
export function subscribeAll(stream: TappedStream, surface: LiveSurface, base: 'BTC' | 'ETH'): void {
  const kraken = base === 'BTC' ? 'XBT' : base;
  switch (surface) {
    case 'kraken_spot':
      stream.send({ method: 'subscribe', params: { channel: 'instrument' } });
      for (const channel of ['book', 'trade', 'ticker', 'ohlc']) {
        stream.send({ method: 'subscribe', params: { channel, symbol: [`${base}/USD`], snapshot: true }, req_id: 7 });
      }
      break;
    case 'kraken_futures':
      stream.send({ event: 'subscribe', feed: 'heartbeat' });
      for (const feed of ['book', 'trade', 'ticker', 'ticker_lite']) {
        stream.send({ event: 'subscribe', feed, product_ids: [`PF_${kraken}USD`] });
      }
      break;
    case 'gate_spot':
      stream.send({ time: 1, channel: 'spot.obu', event: 'subscribe', payload: [`ob.${base}_USDT.50`] });
      stream.send({ time: 1, channel: 'spot.order_book_update', event: 'subscribe', payload: [`${base}_USDT`, '100ms'] });
      for (const channel of ['spot.trades', 'spot.tickers', 'spot.book_ticker']) {
        stream.send({ time: 1, channel, event: 'subscribe', payload: [`${base}_USDT`] });
      }
      break;
    case 'gate_futures':
      stream.send({ time: 1, channel: 'futures.order_book_update', event: 'subscribe', payload: [`${base}_USDT`, '100ms'] });
      stream.send({ time: 1, channel: 'futures.contract_stats', event: 'subscribe', payload: [`${base}_USDT`, '1m'] });
      for (const channel of ['futures.trades', 'futures.tickers', 'futures.book_ticker', 'futures.public_liquidates']) {
        stream.send({ time: 1, channel, event: 'subscribe', payload: [`${base}_USDT`] });
      }
  }
}

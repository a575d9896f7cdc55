import type { MarketEvent, MarketEventType } from '#shared/contracts/market-events/market-event.ts';
import { type SeededRandom, seededRandom } from '#shared/core/seeded-random.ts';
import type { QuantInstrumentSpec, QuantUniverse } from '#shared/quant/universe.ts';

const SPOT = 'USD.spot@kraken';
const PERPS = ['USD.perp@krakenfutures', 'USDT.perp@gate'];

/** A universe of so many symbols, each with a spot book and two perpetuals. */
export function benchUniverse(symbols: number): QuantUniverse {
  const terms = { settle: 'linear', contract_size: 1, expiry: null } as const;
  const instrument = (id: string): QuantInstrumentSpec => ({ id, kind: id.includes('.spot@') ? 'spot' : 'perp', ...terms });
  return {
    symbols: Array.from({ length: symbols }, (_, i) => ({
      symbol: `S${i}-USD`,
      instruments: [SPOT, ...PERPS].map((tail) => instrument(`S${i}-${tail}`)),
    })),
    stablecoins: [instrument('USDT-USD.spot@kraken')],
  };
}

/** Events of all symbols between two ticks: everything that pollers and sockets send in that time, in a fixed random order. */
export class BenchMarket {
  readonly #random: SeededRandom;
  readonly #symbols: number;
  readonly #prices: Float64Array;

  constructor(symbols: number) {
    this.#random = seededRandom('quant bench');
    this.#symbols = symbols;
    this.#prices = new Float64Array(symbols).fill(100);
  }

  between(fromMs: number, toMs: number): readonly MarketEvent[] {
    const events: MarketEvent[] = [];
    for (let i = 0; i < this.#symbols; i++) {
      this.#prices[i] = this.#prices[i]! * (1 + 0.0005 * this.#random.nextNormal());
      for (const tail of [SPOT, ...PERPS]) this.#stream(events, `S${i}-${tail}`, this.#prices[i]!, toMs);
      for (const tail of PERPS) this.#polls(events, `S${i}-${tail}`, this.#prices[i]!, fromMs, toMs);
    }
    return events;
  }

  /** Two tops, one depth sample and two trades of the last second: what the tick will use, and some that it will not. */
  #stream(events: MarketEvent[], id: string, price: number, toMs: number): void {
    const random = this.#random;
    for (const backMs of [900, 300]) {
      const sizes = { bid_size: 1 + random.next(), ask_size: 1 + random.next() };
      events.push(at('book_top', id, toMs - backMs, { unit: 'quote', bid: price - 0.01, ask: price + 0.01, ...sizes }));
      const trade = { price, qty: 200 * random.next() + 1, side: random.nextInt(2) === 0 ? 'buy' : 'sell', trade_id: '1' };
      events.push(at('trade', id, toMs - backMs, { unit: 'base', ...trade }));
    }
    const bands = [10, 25, 100, 200].map((bps) => {
      return { bps, bid: bps * random.next(), ask: bps * random.next(), bid_truncated: false, ask_truncated: false };
    });
    const best = { best_bid: 1e5 * random.next() + 1, best_ask: 1e5 * random.next() + 1 };
    events.push(at('book_depth', id, toMs - 250, { unit: 'quote', ...best, bands }));
  }

  #polls(events: MarketEvent[], id: string, price: number, fromMs: number, toMs: number): void {
    const random = this.#random;
    events.push(at('mark', id, toMs - 400, { unit: 'quote', mark_price: price, index_price: price }));
    const amount = 1e6 * (1 + 0.01 * random.next());
    events.push(at('open_interest', id, toMs - 500, { unit: 'base', amount, sides: 1, mark_price: price }));
    if (toMs % 60_000 !== 0) return;
    const rate = 1e-4 * random.nextNormal();
    events.push(
      at('funding', id, toMs - 600, {
        unit: 'fraction',
        rate,
        interval_ms: 8 * 3_600_000,
        predicted_rate: null,
        next_settlement: null,
      }),
    );
    const sums = { long_usd: 2e4 * random.next(), short_usd: 2e4 * random.next() };
    events.push(at('liquidation_stats', id, fromMs - 60_000, { unit: 'usd', window_ms: 60_000, ...sums }, toMs - 700));
    for (const population of ['accounts', 'top_positions', 'top_accounts'] as const) {
      const ratio = { population, ratio: 1 + 0.1 * random.next(), longs: null, shorts: null };
      events.push(at('long_short', id, toMs - 800, { unit: 'ratio', ...ratio }));
    }
  }
}

function at(type: MarketEventType, instrument: string, tsMs: number, fields: object, availableMs = tsMs): MarketEvent {
  const venue = instrument.slice(instrument.indexOf('@') + 1);
  const times = { ts_event: tsMs, ts_recv: availableMs, available_at: availableMs };
  return { type, venue, instrument, ...times, quality: 'live', raw_ref: null, ...fields } as unknown as MarketEvent;
}

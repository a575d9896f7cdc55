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

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Settlements and bars that a poller brings at its start. */
const HISTORY_PERIODS = 40;
const HISTORY_BARS = 26;

/** Events of all symbols between two ticks: everything that pollers and sockets send in that time, in a fixed random order. */
export class BenchMarket {
  readonly #random: SeededRandom;
  readonly #symbols: number;
  readonly #prices: Float64Array;

  constructor(symbols: number, seed: string, prices = new Float64Array(symbols).fill(100)) {
    this.#random = seededRandom(seed);
    this.#symbols = symbols;
    this.#prices = prices;
  }

  /** A market that goes on from these prices, the same one each time it is asked for. */
  next(): BenchMarket {
    return new BenchMarket(this.#symbols, 'quant bench, measured', this.#prices.slice());
  }

  /** Bars and settlements before a time, as histories are asked for once. */
  history(nowMs: number): readonly MarketEvent[] {
    const events: MarketEvent[] = [];
    for (let i = 0; i < this.#symbols; i++) {
      for (let hours = HISTORY_BARS; hours >= 0; hours--) this.#bars(events, i, nowMs - hours * HOUR_MS, nowMs);
      for (let periods = HISTORY_PERIODS; periods >= 0; periods--) this.#settlements(events, i, nowMs, periods);
    }
    return events;
  }

  /** `isThin`: of the streams no more than one top, for ticks that only fill windows. */
  between(fromMs: number, toMs: number, isThin = false): readonly MarketEvent[] {
    const events: MarketEvent[] = [];
    for (let i = 0; i < this.#symbols; i++) {
      this.#prices[i] = this.#prices[i]! * (1 + 0.0005 * this.#random.nextNormal());
      const price = this.#prices[i]!;
      for (const tail of [SPOT, ...PERPS]) {
        this.#top(events, `S${i}-${tail}`, price, toMs - 900);
        if (!isThin) this.#stream(events, `S${i}-${tail}`, price, toMs);
        if (toMs % MINUTE_MS === 0) this.#health(events, `S${i}-${tail}`, toMs);
      }
      for (const tail of PERPS) this.#polls(events, `S${i}-${tail}`, price, fromMs, toMs);
      // What an hour closes with is known seconds after it.
      if (fromMs % HOUR_MS !== 0) continue;
      this.#bars(events, i, fromMs, fromMs);
      this.#settlements(events, i, fromMs, 0);
    }
    return events;
  }

  #top(events: MarketEvent[], id: string, price: number, atMs: number): void {
    const sizes = { bid_size: 1 + this.#random.next(), ask_size: 1 + this.#random.next() };
    events.push(at('book_top', id, atMs, { unit: 'quote', bid: price - 0.01, ask: price + 0.01, ...sizes }));
  }

  /** A second top, one depth sample and two trades of the last second: what the tick will use, and some that it will not. */
  #stream(events: MarketEvent[], id: string, price: number, toMs: number): void {
    const random = this.#random;
    this.#top(events, id, price, toMs - 300);
    for (const backMs of [800, 200]) {
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
    const spot = { spot_price: price * (1 - 1e-4 * random.next()), spot_instrument: id.replace('.perp@', '.spot@') };
    events.push(at('basis', id, toMs - 400, { unit: 'quote', mark_price: price, ...spot }));
    const amount = 1e6 * (1 + 0.01 * random.next());
    events.push(at('open_interest', id, toMs - 500, { unit: 'base', amount, sides: 1, mark_price: price }));
    if (toMs % MINUTE_MS !== 0) return;
    const terms = { unit: 'fraction', interval_ms: intervalMs(id), predicted_rate: null, next_settlement: null };
    events.push(at('funding', id, toMs - 600, { ...terms, rate: 1e-4 * random.nextNormal() }));
    const sums = { long_usd: 2e4 * random.next(), short_usd: 2e4 * random.next() };
    const window = { unit: 'usd', window_ms: MINUTE_MS };
    events.push(at('liquidation_stats', id, fromMs - MINUTE_MS, { ...window, ...sums }, toMs - 700));
    if (toMs % (2 * MINUTE_MS) !== 0) return;
    for (const population of ['accounts', 'top_positions', 'top_accounts'] as const) {
      const ratio = { population, ratio: 1 + 0.1 * random.next(), longs: null, shorts: null };
      events.push(at('long_short', id, toMs - 800, { unit: 'ratio', ...ratio }));
    }
    const flow = { unit: 'usd', window_ms: 5 * MINUTE_MS, window_end: toMs, buy: 1e5 * random.next(), sell: 1e5 * random.next() };
    events.push(at('taker_volume', id, toMs - 800, flow));
  }

  #health(events: MarketEvent[], id: string, toMs: number): void {
    const counts = { samples: 100, rejects: 0, errors: 0, latency_p99_ms: 200, heartbeat_gap_ms: 900 };
    events.push(at('venue_health', id, toMs - 100, { unit: 'count', ...counts }));
  }

  /** The bar of the hour that ends at `closeMs`, of every instrument of a symbol. */
  #bars(events: MarketEvent[], symbol: number, closeMs: number, availableMs: number): void {
    for (const tail of [SPOT, ...PERPS]) {
      const close = this.#prices[symbol]!;
      const prices = { open: close, high: close * (1 + 0.01 * this.#random.next()), low: close * 0.99, close };
      const bar = { unit: 'base', interval_ms: HOUR_MS, ...prices, volume: 1e5, quote_volume: 1e7 * (1 + this.#random.next()) };
      events.push(at('kline', `S${symbol}-${tail}`, closeMs, bar, availableMs + 2000));
    }
  }

  /** The rate settled so many periods before the last settlement, of every perpetual of a symbol that settles at that hour. */
  #settlements(events: MarketEvent[], symbol: number, nowMs: number, periods: number): void {
    for (const tail of PERPS) {
      const every = intervalMs(tail);
      if (periods === 0 && nowMs % every !== 0) continue;
      const settledMs = Math.floor(nowMs / every) * every - periods * every;
      const rate = { unit: 'fraction', rate: 1e-4 * this.#random.nextNormal(), interval_ms: every };
      events.push(at('funding_settled', `S${symbol}-${tail}`, settledMs, rate, nowMs + 5000));
    }
  }
}

/** Kraken Futures settles every hour, Gate every eight. */
function intervalMs(id: string): number {
  return id.includes('krakenfutures') ? HOUR_MS : 8 * HOUR_MS;
}

function at(type: MarketEventType, instrument: string, tsMs: number, fields: object, availableMs = tsMs): MarketEvent {
  const venue = instrument.slice(instrument.indexOf('@') + 1);
  const times = { ts_event: tsMs, ts_recv: availableMs, available_at: availableMs };
  return { type, venue, instrument, ...times, quality: 'live', raw_ref: null, ...fields } as unknown as MarketEvent;
}

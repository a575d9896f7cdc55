import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { type SeededRandom, seededRandom } from '#shared/core/seeded-random.ts';
import { event } from './events.ts';

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;

export const SPOT_ID = 'BTC-USD.spot@kraken';
export const PERP_ID = 'BTC-USDT.perp@gate';
export const INVERSE_ID = 'BTC-USD.perp@krakenfutures';

/** A random walk through every kind of event of three instruments over `minutes`, with delays, gaps, losses and corrections. */
export function randomSession(seed: string, startMs: number, minutes: number): readonly MarketEvent[] {
  const random = seededRandom(seed);
  const endMs = startMs + minutes * MIN;
  const events = [SPOT_ID, PERP_ID, INVERSE_ID].flatMap((id) => [
    ...books(random, id, startMs, endMs),
    ...trades(random, id, startMs, endMs),
    ...bars(random, id, startMs),
    ...(id === SPOT_ID ? [] : derivatives(random, id, startMs, endMs)),
  ]);
  return events.toSorted((a, b) => a.ts_recv - b.ts_recv);
}

function books(random: SeededRandom, id: string, from: number, to: number): MarketEvent[] {
  const events: MarketEvent[] = [];
  let price = 50_000;
  for (let t = from; t < to; t += 500 + random.nextInt(4000)) {
    price *= 1 + 0.0004 * random.nextNormal();
    const spread = price * 0.0002 * random.next();
    const top = { bid: price - spread, bid_size: 0.01 + random.next(), ask: price + spread, ask_size: 0.01 + random.next() };
    events.push(event('book_top', id, t, { unit: 'quote', ...top }));
    const side = (): number => (random.nextInt(20) === 0 ? 0 : 1e5 * random.next());
    const bands = [10, 25, 100, 200].map((bps) => {
      return { bps, bid: side() * bps, ask: side() * bps, bid_truncated: bps === 200, ask_truncated: false };
    });
    events.push(event('book_depth', id, t + 1, { unit: 'quote', best_bid: side(), best_ask: side(), bands }));
    if (random.nextInt(60) > 0) continue;
    events.push(event('book_state', id, t + 2, { unit: 'state', live: false, reason: 'gap' }));
    t += random.nextInt(90 * S);
  }
  return events;
}

function trades(random: SeededRandom, id: string, from: number, to: number): MarketEvent[] {
  const events: MarketEvent[] = [];
  for (let t = from, n = 0; t < to; t += random.nextInt(20 * S), n++) {
    const available_at = t + random.nextInt(40 * S);
    const side = random.nextInt(2) === 0 ? 'buy' : 'sell';
    const unit = id === SPOT_ID ? 'base' : 'contracts';
    const qty = unit === 'base' ? random.next() : 1 + random.nextInt(5000);
    const price = 50_000 + 100 * random.nextNormal();
    events.push(event('trade', id, { ts_event: t, available_at }, { unit, trade_id: String(n), price, qty, side }));
  }
  return events;
}

function bars(random: SeededRandom, id: string, from: number): MarketEvent[] {
  const first = Math.floor(from / H) - 26;
  return Array.from({ length: 28 }, (_, i) => i)
    .filter(() => random.nextInt(40) > 0)
    .map((i) => {
      const close = (first + i) * H;
      const ohlc = { open: 50_000, high: 50_100 + 200 * random.next(), low: 49_900 - 200 * random.next(), close: 50_000 };
      const volumes = { volume: 100, quote_volume: random.nextInt(10) === 0 ? null : 1e7 * random.next() };
      const times = { ts_event: close, available_at: Math.max(from, close) + 2 * S };
      return event('kline', id, times, { unit: 'base', interval_ms: H, ...ohlc, ...volumes });
    });
}

function derivatives(random: SeededRandom, id: string, from: number, to: number): MarketEvent[] {
  const events: MarketEvent[] = [];
  const delayed = (t: number, most: number) => ({ ts_event: t, available_at: t + random.nextInt(most) });
  for (let t = from; t < to; t += 3 * S + random.nextInt(6 * S)) {
    events.push(event('mark', id, t, { unit: 'quote', mark_price: 50_000 + 50 * random.nextNormal(), index_price: 50_001 }));
  }
  for (let t = from; t < to; t += 15 * S + random.nextInt(40 * S)) {
    const amount = random.nextInt(50) === 0 ? null : 1e8 * (1 + 0.05 * random.next());
    const fields = { unit: 'contracts', amount, sides: id === PERP_ID ? 2 : 1, mark_price: null } as const;
    events.push(event('open_interest', id, delayed(t, 20 * S), fields));
  }
  for (const population of ['accounts', 'top_accounts', 'top_positions'] as const) {
    for (let t = from; t < to; t += MIN + random.nextInt(2 * MIN)) {
      const shorts = random.nextInt(30) === 0 ? 0 : 1000;
      const longs = 500 + random.nextInt(2000);
      const fields = { unit: 'ratio', population, ratio: shorts === 0 ? null : longs / shorts, longs, shorts } as const;
      events.push(event('long_short', id, delayed(t, 30 * S), fields));
    }
  }
  return [...events, ...fundings(random, id, from, to), ...liquidations(random, id, from, to)];
}

function fundings(random: SeededRandom, id: string, from: number, to: number): MarketEvent[] {
  const interval_ms = id === PERP_ID ? 8 * H : H;
  const events: MarketEvent[] = [];
  for (let i = 40; i > 0; i--) {
    const settled = Math.floor(from / interval_ms) * interval_ms - i * interval_ms + random.nextInt(9000);
    const times = { ts_event: settled, available_at: from + random.nextInt(30 * MIN) };
    events.push(event('funding_settled', id, times, { unit: 'fraction', rate: 1e-4 * random.nextNormal(), interval_ms }));
  }
  for (let t = from; t < to; t += MIN) {
    const rates = { rate: 1e-4 * random.nextNormal(), predicted_rate: null, next_settlement: null };
    events.push(event('funding', id, t, { unit: 'fraction', interval_ms, ...rates }));
  }
  return events;
}

/** Gate sends sums of finished minutes, some of them twice; Kraken Futures sends single orders. */
function liquidations(random: SeededRandom, id: string, from: number, to: number): MarketEvent[] {
  const events: MarketEvent[] = [];
  if (id === INVERSE_ID) {
    for (let t = from; t < to; t += random.nextInt(2 * MIN)) {
      const liquidated = random.nextInt(2) === 0 ? 'long' : 'short';
      const order = { liquidated, price: 50_000, qty: 1 + random.nextInt(50_000) } as const;
      events.push(event('liquidation', id, { ts_event: t, available_at: t + 100 }, { unit: 'contracts', ...order }));
    }
    return events;
  }
  for (let t = from; t < to; t += MIN) {
    const sums = { long_usd: 1e5 * random.next(), short_usd: 1e5 * random.next() };
    const window = { unit: 'usd', window_ms: MIN } as const;
    events.push(
      event('liquidation_stats', id, { ts_event: t, available_at: t + MIN + random.nextInt(20 * S) }, { ...window, ...sums }),
    );
    if (random.nextInt(3) > 0) continue;
    const again = { ...window, long_usd: sums.long_usd + 5, short_usd: sums.short_usd };
    events.push(event('liquidation_stats', id, { ts_event: t, available_at: t + 85 * S }, again));
  }
  return events;
}

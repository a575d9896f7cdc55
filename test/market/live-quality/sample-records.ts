import type { FundingEvent, MarkEvent } from '#shared/contracts/market-events/derivative-events.ts';
import type { EventEnvelope } from '#shared/contracts/market-events/event-envelope.ts';
import type { TradeEvent } from '#shared/contracts/market-events/trade-events.ts';
import type { Bar } from '#shared/contracts/stream-payloads.ts';

export const PAIR = { source: 'kraken', symbol: 'BTC-USD' } as const;
export const START_MS = 1_800_000_000_000;

const MINUTE_MS = 60_000;

/** The n-th minute's bar: an ordinary one, but for what is said otherwise. */
export function bar(minute: number, own: Partial<Bar> = {}): Bar {
  const ts = START_MS + minute * MINUTE_MS;
  // Returns and volumes that vary as those of a quiet market do, the same in every run.
  const close = 100 * (1 + 0.0005 * Math.sin(minute * 2.4) + 0.0003 * Math.cos(minute * 1.1));
  const volume = 10 + 4 * Math.sin(minute * 1.7);
  const prices = { open: close, high: close * 1.0001, low: close * 0.9999, close };
  const facts = { interval_ms: MINUTE_MS, volume, quote_volume: volume * close, trades: 5, available_at: ts + 2_000 };
  return { ts, ...prices, ...facts, ...own };
}

/** A bar with these prices alone. */
export function barAt(minute: number, price: number, own: Partial<Bar> = {}): Bar {
  return bar(minute, { open: price, high: price, low: price, close: price, ...own });
}

export function print(atMs: number, price: number, own: Partial<TradeEvent> = {}): TradeEvent {
  return {
    type: 'trade',
    unit: 'base',
    venue: 'kraken',
    instrument: 'BTC-USD.spot@kraken',
    ts_event: START_MS + atMs,
    ts_recv: START_MS + atMs + 20,
    available_at: START_MS + atMs + 20,
    quality: 'live',
    raw_ref: null,
    trade_id: String(atMs),
    price,
    qty: 0.1,
    side: 'buy',
    ...own,
  };
}

export function mark(atMs: number, own: Partial<MarkEvent> = {}): MarkEvent {
  return { ...envelopeOf(atMs), type: 'mark', unit: 'quote', mark_price: 100, index_price: 100, ...own };
}

export function funding(atMs: number, own: Partial<FundingEvent> = {}): FundingEvent {
  const rate = { rate: 0.0001, interval_ms: 3_600_000, predicted_rate: null, next_settlement: null };
  return { ...envelopeOf(atMs), type: 'funding', unit: 'fraction', ...rate, ...own };
}

function envelopeOf(atMs: number): EventEnvelope {
  const { venue, instrument, ts_event, ts_recv, available_at, quality, raw_ref } = print(atMs, 100);
  return { venue, instrument, ts_event, ts_recv, available_at, quality, raw_ref };
}

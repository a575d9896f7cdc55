import type { BookDepthEvent, BookStateEvent, BookTopEvent } from '#shared/contracts/market-events/book-events.ts';
import type { TradeEvent, TradeGapEvent } from '#shared/contracts/market-events/trade-events.ts';

/** Common fields of an event of `<base>-USD.spot@kraken`, all its times `at` ms. */
export function common(base: string, at: number) {
  const times = { ts_event: at, ts_recv: at, available_at: at };
  return { venue: 'kraken', instrument: `${base}-USD.spot@kraken`, ...times, quality: 'live', raw_ref: null } as const;
}

export function print(base: string, at: number, own: Partial<TradeEvent> = {}): TradeEvent {
  return { ...common(base, at), type: 'trade', unit: 'base', trade_id: `${at}`, price: 100, qty: 0.5, side: 'buy', ...own };
}

export function top(base: string, at: number, own: Partial<BookTopEvent> = {}): BookTopEvent {
  return { ...common(base, at), type: 'book_top', unit: 'quote', bid: 100, bid_size: 3, ask: 100.1, ask_size: 1, ...own };
}

export function depth(base: string, at: number): BookDepthEvent {
  const bands = [10, 25, 100, 200].map((bps) => ({
    bps,
    bid: bps * 10,
    ask: bps * 11,
    bid_truncated: false,
    ask_truncated: bps === 200,
  }));
  return { ...common(base, at), type: 'book_depth', unit: 'quote', best_bid: 5_000, best_ask: 6_000, bands };
}

export function bookState(base: string, at: number, reason: string | null): BookStateEvent {
  return { ...common(base, at), type: 'book_state', unit: 'state', live: reason === null, reason };
}

export function gap(base: string, at: number): TradeGapEvent {
  return { ...common(base, at), type: 'trade_gap', unit: 'state', reason: 'reconnect' };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MarketEvent, marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { EventQueue } from '#shared/market/feed/event-queue.ts';

const MOST = 20;

describe('a queue of market events', () => {
  it('keeps the newest top of every book in the place of the newest', () => {
    const queue = new EventQueue(MOST);
    for (const event of [top('BTC', 1), trade('BTC', 2), top('ETH', 3), top('BTC', 4)]) queue.push(event);
    expect(queue.take(10).map(({ ts_recv }) => ts_recv)).toEqual([2, 3, 4]);
    expect(queue.counters).toEqual({ taken: 3, conflated: 1, dropped: 0 });
  });

  it('leaves a gap where prints were lost', () => {
    const queue = new EventQueue(3);
    for (let at = 1; at <= 5; at++) queue.push(trade('BTC', at));
    const taken = queue.take(10);
    expect(taken.map(({ type, ts_recv }) => `${type} ${ts_recv}`)).toEqual(['trade 4', 'trade_gap 1', 'trade 5']);
    expect(marketEventSchema.parse(taken.find(({ type }) => type === 'trade_gap'))).toMatchObject({ reason: 'queue_full' });
    expect(queue.counters.dropped).toBe(3);
  });

  it('is never longer than it may be, loses no state of a book, and tells of every instrument whose prints it lost', () => {
    const event = fc.tuple(fc.constantFrom('top', 'trade', 'state'), fc.constantFrom('BTC', 'ETH', 'SOL'));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), fc.nat({ max: 5 }), (events, every) => {
        const queue = new EventQueue(MOST);
        const taken: MarketEvent[] = [];
        const states = events.filter(([kind]) => kind === 'state').length;
        for (const [index, [kind, base]] of events.entries()) {
          queue.push(kind === 'top' ? top(base, index) : kind === 'trade' ? trade(base, index) : state(base, index));
          expect(queue.size).toBeLessThanOrEqual(MOST);
          if (every > 0 && index % every === 0) taken.push(...queue.take(1));
        }
        taken.push(...queue.take(1_000));
        const of = (type: MarketEvent['type'], base: string) =>
          taken.filter((each) => each.type === type && each.instrument.startsWith(base));
        for (const base of ['BTC', 'ETH', 'SOL']) {
          const lost = events.filter(([kind, each]) => kind === 'trade' && each === base).length - of('trade', base).length;
          expect([base, of('trade_gap', base).length > 0]).toEqual([base, lost > 0]);
          const tops = of('book_top', base).map(({ ts_recv }) => ts_recv);
          expect(tops).toEqual(tops.toSorted((a, b) => a - b));
        }
        if (states <= MOST - 6) expect(taken.filter(({ type }) => type === 'book_state')).toHaveLength(states);
      }),
      { numRuns: 300 },
    );
  });
});

function common(base: string, at: number) {
  const times = { ts_event: at, ts_recv: at, available_at: at };
  return { venue: 'kraken', instrument: `${base}-USD.spot@kraken`, ...times, quality: 'live', raw_ref: null } as const;
}

function top(base: string, at: number): MarketEvent {
  return { ...common(base, at), type: 'book_top', unit: 'quote', bid: 1, bid_size: 1, ask: 2, ask_size: 1 };
}

function trade(base: string, at: number): MarketEvent {
  return { ...common(base, at), type: 'trade', unit: 'base', trade_id: String(at), price: 1, qty: 1, side: 'buy' };
}

function state(base: string, at: number): MarketEvent {
  return { ...common(base, at), type: 'book_state', unit: 'state', live: true, reason: null };
}

import { expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { marketEventFanOut } from '#shared/streaming/market-event-fan-out.ts';
import { print, top } from './sample-events.ts';

it('gives every event to every reader from the time it came', () => {
  const fanOut = marketEventFanOut();
  const first = fanOut.reader('first');
  fanOut.sink(print('BTC', 1));
  const second = fanOut.reader('second');
  const tapped: MarketEvent[] = [];
  const leave = fanOut.tap('tap', (event) => void tapped.push(event));
  fanOut.sink(print('BTC', 2));
  leave();
  fanOut.sink(print('BTC', 3));
  const times = (events: readonly MarketEvent[]) => events.map(({ ts_recv }) => ts_recv);
  expect([times(first.take(2)), times(first.take(9)), times(second.take(9)), times(tapped)]).toEqual([[1, 2], [3], [2, 3], [2]]);
  expect(fanOut.facts()).toMatchObject({ written: 3, readers: { first: { taken: 3, waiting: 0 }, second: { taken: 2 } } });
});

it('lets a slow reader lose, counted, while a quick one loses nothing', () => {
  const fanOut = marketEventFanOut();
  const slow = fanOut.reader('slow', 3);
  const quick = fanOut.reader('quick', 3);
  let seen = 0;
  for (let at = 1; at <= 100; at++) {
    fanOut.sink(print('BTC', at));
    fanOut.sink(top('ETH', at));
    seen += quick.take(9).length;
  }
  expect(seen).toBe(200);
  expect(slow.facts()).toMatchObject({ waiting: 3, conflated: 99, dropped: 99 });
  expect(slow.take(9).map(({ type, ts_recv }) => `${type} ${ts_recv}`)).toEqual(['trade_gap 1', 'trade 100', 'book_top 100']);
});

it('takes off a reader that throws, and goes on', () => {
  const fanOut = marketEventFanOut();
  const other: number[] = [];
  fanOut.tap('broken', () => {
    throw new Error('no');
  });
  fanOut.tap('other', ({ ts_recv }) => void other.push(ts_recv));
  fanOut.sink(print('BTC', 1));
  fanOut.sink(print('BTC', 2));
  expect([other, fanOut.facts().failed]).toEqual([[1, 2], { broken: 'no' }]);
});

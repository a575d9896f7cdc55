import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { KlineEvent } from '#shared/contracts/market-events/trade-events.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import { LiveQuality } from '#shared/market/live-quality/live-quality.ts';
import { dataQuality } from '../../../functions/worker/data-quality.ts';
import { EventCounters } from '../../../functions/worker/event-counters.ts';
import { feedFreshness } from '../../../functions/worker/feed-freshness.ts';
import type { Write } from '../../../functions/worker/metrics.ts';
import { writeQuality } from '../../../functions/worker/quality-metrics.ts';
import { bar, PAIR, print } from '../../market/live-quality/sample-records.ts';

const NOW_MS = 1_800_000_600_000;

it('tells the penalty of the worst feed, polls and windows forgiven their interval', () => {
  const heardMs = new Map([
    ['kraken book_top', NOW_MS - 200],
    ['gate long_short', NOW_MS - 350_000],
    ['gate mark', NOW_MS - 180_000],
  ]);
  const { penalty, is_fresh, feeds } = feedFreshness(heardMs, NOW_MS);
  expect(penalty).toBeCloseTo(0.448169, 6);
  expect(is_fresh).toBe(true);
  expect(feeds.map(({ feed, age_ms }) => [feed, age_ms])).toEqual([
    ['gate.mark', 180_000],
    ['gate.long_short', 350_000],
    ['kraken.book_top', 200],
  ]);
  expect(feeds.slice(1).map((each) => each.penalty)).toEqual([0, 0]);
});

it('writes what was found, and the lag of both tiers from the ages of events', () => {
  const quality = new LiveQuality({ venues: null });
  for (let minute = 0; minute < 5; minute++) quality.judgeBars([{ pair: PAIR, bar: bar(minute, { low: -1 }) }], NOW_MS);
  const events = new EventCounters(() => undefined);
  events.onEvent(print(0, 100, { ts_recv: print(0, 100).ts_event + 340 }));
  const families = new Map<string, readonly (readonly [object, number])[]>();
  const write: Write = (_kind, name, _help, rows) => void families.set(name, rows);
  const stagedMs = new Map([
    ['kraken', NOW_MS - 420_000],
    ['gate.perp', NOW_MS - 10_000],
  ]);
  writeQuality(write, { counters: quality.counters, stagedMs, region: 'eu' }, events, [], NOW_MS);
  expect(families.get('data_consistency_errors_total')).toEqual([
    [{ check: 'value_invalid' }, 5],
    [{ check: 'stale' }, 5],
  ]);
  expect(families.get('anomaly_quarantine_total')).toEqual([[{ kind: 'pair' }, 1]]);
  expect(families.get('replication_lag_seconds')).toEqual([
    [{ region: 'eu', source: 'kraken', tier: 'hot' }, 0.34],
    [{ region: 'eu', source: 'kraken', tier: 'cold' }, 120],
    [{ region: 'eu', source: 'gate.perp', tier: 'cold' }, 0],
  ]);
});

it('lets bars of a pair that is not believed pass as suspect, and no other event otherwise', async () => {
  const documents = memoryDocumentStore();
  const names = { schema: 'quarantine_flag.v1', venue: 'kraken', symbol: 'BTC-USD', state: 'quarantined', instance_id: 'x' };
  const flag = { ...names, tables: ['trades'], checks: ['stale'], since: 1, quarantined_total: 1, updated_at: 1 };
  await documents.transaction(async (tx) => tx.set(WORKER_PATHS.quarantine('kraken', 'BTC-USD'), flag));
  const log = (): void => undefined;
  const logger = { info: log, notice: log, warn: log, error: log };
  const clock = manualClock(NOW_MS);
  const instruments = ['BTC-USD.spot@kraken'];
  const quality = dataQuality({ clock, logger, documents, instruments, instanceId: 'y', isLeader: () => true });
  const ended = new AbortController();
  ended.abort();
  await quality.keeper.run(ended.signal);

  const passed: MarketEvent[] = [];
  const sink = quality.gate((event) => void passed.push(event));
  const { trade_id: _id, side: _side, price: _price, qty: _qty, ...envelope } = print(0, 100);
  const prices = { open: 100, high: 101, low: 99, close: 100, volume: 1, quote_volume: 100 };
  const kline: KlineEvent = { ...envelope, type: 'kline', unit: 'base', interval_ms: 3_600_000, ...prices };
  const other = { ...kline, instrument: 'ETH-USD.spot@kraken' };
  for (const event of [kline, other, print(1, 100)]) sink(event);
  expect(passed.map(({ quality: each }) => each)).toEqual(['suspect', 'live', 'live']);
  expect(passed.slice(1)).toEqual([other, print(1, 100)]);
});

import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { QualityCheck } from '#shared/market/live-quality/finding.ts';
import { LiveQuality } from '#shared/market/live-quality/live-quality.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { QualityKeeper } from '#shared/streaming/quality/quality-keeper.ts';

const START_MS = 1_800_000_000_000;
const PAIR = { source: 'gate.perp', symbol: 'BTC-USDT' } as const;
const PATH = WORKER_PATHS.quarantine(PAIR.source, PAIR.symbol);

/** A process with its own judge; `step` lets half a second go by in it. */
function processOf(store: Pick<DocumentStore, 'list' | 'transaction'>, instanceId = 'one') {
  const clock = manualClock(START_MS);
  const quality = new LiveQuality({ venues: null });
  const logs: string[] = [];
  const log = (event: string): void => void logs.push(event);
  const logger = { info: log, notice: log, warn: log, error: log };
  const role = { isLeader: true, isFollowed: true };
  const isFollowed = (): boolean => role.isFollowed;
  const keeper = new QualityKeeper({ clock, logger, store, quality, instanceId, isFollowed, isLeader: () => role.isLeader });
  const note = (table: string, failed: readonly QualityCheck[], times: number): void => {
    for (let at = 0; at < times; at++) quality.pairs.note(PAIR, table, failed, clock.nowMs());
  };
  /** Begins and ends its run: one look at the start, one at the end. */
  const look = async (): Promise<void> => {
    const ending = new AbortController();
    ending.abort();
    await keeper.run(ending.signal);
  };
  return { quality, keeper, logs, role, note, look };
}

describe('flags of pairs that are not believed', () => {
  it('are written when they change, and count how often', async () => {
    const store = memoryDocumentStore();
    const { note, look, logs } = processOf(store);
    await look();
    expect(await store.get(PATH)).toBeNull();
    note('ohlcv_1m', ['stale', 'anomaly_price'], 5);
    await look();
    await look();
    expect(await store.get(PATH)).toMatchObject({
      state: 'quarantined',
      venue: 'gate.perp',
      symbol: 'BTC-USDT',
      tables: ['ohlcv_1m'],
      checks: ['stale', 'anomaly_price'],
      since: START_MS,
      quarantined_total: 1,
    });
    note('trades', ['stale'], 5);
    await look();
    expect(await store.get(PATH)).toMatchObject({ tables: ['ohlcv_1m', 'trades'], quarantined_total: 1 });
    note('ohlcv_1m', [], 3);
    note('trades', [], 3);
    await look();
    expect(await store.get(PATH)).toMatchObject({ state: 'released', tables: [], quarantined_total: 1 });
    note('trades', ['stale'], 5);
    await look();
    expect(await store.get(PATH)).toMatchObject({ state: 'quarantined', quarantined_total: 2 });
    expect(logs).toEqual(['quality.quarantined', 'quality.released', 'quality.quarantined']);
  });

  it('hold the pair in the next process, which releases it', async () => {
    const store = memoryDocumentStore();
    const first = processOf(store);
    first.note('ohlcv_1m', ['stale'], 5);
    await first.look();
    const second = processOf(store, 'two');
    await second.look();
    expect(second.quality.pairs.isHeld(PAIR)).toBe(true);
    second.note('ohlcv_1m', [], 3);
    await second.look();
    expect(await store.get(PATH)).toMatchObject({ state: 'released', instance_id: 'two', quarantined_total: 1 });
  });

  it('are not written by a standby, which takes over what is there when it leads', async () => {
    const store = memoryDocumentStore();
    const [leader, standby] = [processOf(store), processOf(store, 'two')];
    standby.role.isLeader = false;
    await standby.look();
    leader.note('ohlcv_1m', ['stale'], 5);
    await leader.look();
    await standby.look();
    expect(await store.get(PATH)).toMatchObject({ state: 'quarantined', instance_id: 'one' });
    standby.role.isLeader = true;
    await standby.look();
    expect(standby.quality.pairs.isHeld(PAIR)).toBe(true);
  });

  it('are taken over once: what has passed since is not held again when the process leads', async () => {
    const store = memoryDocumentStore();
    const first = processOf(store);
    first.note('trades', ['stale'], 5);
    await first.look();
    const second = processOf(store, 'two');
    second.role.isLeader = false;
    await second.look();
    second.note('trades', [], 3);
    second.role.isLeader = true;
    await second.look();
    expect(second.quality.pairs.held).toEqual([]);
    expect(await store.get(PATH)).toMatchObject({ state: 'released', instance_id: 'two' });
  });

  it('are left alone when nobody follows the pair any more', async () => {
    const store = memoryDocumentStore();
    const first = processOf(store);
    first.note('trades', ['stale'], 5);
    await first.look();
    const second = processOf(store, 'two');
    second.role.isFollowed = false;
    await second.look();
    expect(second.quality.pairs.held).toEqual([]);
    expect(await store.get(PATH)).toMatchObject({ state: 'quarantined', instance_id: 'one' });
  });

  it('wait for a store that does not answer', async () => {
    const store = memoryDocumentStore();
    let isDown = true;
    const flaky: Pick<DocumentStore, 'list' | 'transaction'> = {
      list: (...args) => store.list(...args),
      transaction: async (body) => {
        if (isDown) throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
        return store.transaction(body);
      },
    };
    const { note, look, keeper } = processOf(flaky);
    note('trades', ['ts_future'], 5);
    await look();
    expect(keeper.health().findings.map(({ reason }) => reason)).toEqual(['pairs_quarantined', 'quarantine_flags_unavailable']);
    isDown = false;
    await look();
    expect(keeper.health().findings.map(({ reason }) => reason)).toEqual(['pairs_quarantined']);
    expect(await store.get(PATH)).toMatchObject({ state: 'quarantined' });
  });
});

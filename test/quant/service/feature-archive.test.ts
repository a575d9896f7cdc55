import { describe, expect, it } from 'vitest';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import { rowFault } from '#shared/cold/check-rows.ts';
import { QUANT_FEATURES } from '#shared/cold/market-tables.ts';
import { quantFeatureRow } from '#shared/cold/quant-feature-row.ts';
import type { QuantFeatureRow } from '#shared/contracts/quant-rows.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { FeatureArchive } from '#shared/quant/service/feature-archive.ts';
import { storedFeatures } from '#shared/quant/service/stored-features.ts';
import { PARAMS } from '../support/events.ts';
import { START, TICK, TickerWorld, turn } from './ticker-world.ts';

const MINUTE = 60_000;
const quiet = { info: () => undefined, notice: () => undefined, warn: () => undefined, error: () => undefined };

/** An archive beside a ticking service; `answer` says what becomes of a batch. */
function archiveWorld(store = memoryQuantStore(), everyMs = TICK, world = new TickerWorld(store).feedSession('archive', 30)) {
  const kept: QuantFeatureRow[] = [];
  const answers: ('full' | 'kept')[] = [];
  const keep = async (rows: readonly QuantFeatureRow[]): Promise<void> => {
    if (answers.shift() === 'full') throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'no room');
    kept.push(...rows);
  };
  const archive = new FeatureArchive({ clock: world.clock, logger: quiet, store, keep, everyMs: () => everyMs });
  const stop = new AbortController();
  const running = archive.run(stop.signal);
  const end = async (): Promise<void> => {
    await world.stop();
    stop.abort();
    await turn();
    await running;
  };
  return { world, store, kept, answers, archive, end };
}

function keyOf({ tick_ts, symbol, timeframe, revision }: QuantFeatureRow): string {
  return `${tick_ts} ${symbol} ${timeframe} ${revision}`;
}

async function storedKeys(store = memoryQuantStore(), fromMs = 0): Promise<readonly string[]> {
  const read = storedFeatures(store);
  const keys: string[] = [];
  for (const timeframe of PARAMS.timeframes) {
    const { rows } = await read('BTC-USD', timeframe, fromMs, START * 2, { cursor: 0, limit: 10_000 });
    keys.push(...rows.map(keyOf));
  }
  return keys.sort();
}

describe('the archive of feature rows', () => {
  it('gives away every row of every committed tick, once, as the cold tier wants it', async () => {
    const { world, store, kept, archive, end } = archiveWorld();
    await world.pass(5 * MINUTE);
    await end();
    expect(kept.length).toBeGreaterThanOrEqual(PARAMS.timeframes.length * 19);
    expect(kept.map(keyOf).sort()).toEqual(await storedKeys(store));
    expect(kept.flatMap((row) => rowFault(QUANT_FEATURES, quantFeatureRow(row)) ?? [])).toEqual([]);
    expect(archive.health().measured).toEqual({
      archived_rows_total: kept.length,
      refused_batches_total: 0,
      failed_looks_total: 0,
    });
  });

  it('leaves ticks between those that are wanted in the store', async () => {
    const { world, store, kept, end } = archiveWorld(memoryQuantStore(), MINUTE);
    await world.pass(5 * MINUTE);
    await end();
    const wanted = (await storedKeys(store)).filter((key) => Number(key.split(' ')[0]) % MINUTE === 0);
    expect(kept.map(keyOf).sort()).toEqual(wanted);
    expect(kept.length).toBeGreaterThanOrEqual(PARAMS.timeframes.length * 5);
  });

  it('gives again what there was no room for', async () => {
    const { world, store, kept, answers, archive, end } = archiveWorld();
    answers.push('full', 'full', 'kept', 'full');
    await world.pass(3 * MINUTE);
    await end();
    expect([...new Set(kept.map(keyOf))].sort()).toEqual(await storedKeys(store));
    expect(archive.health().measured.refused_batches_total).toBe(3);
  });

  it('waits for a store that cannot be read, says so, and leaves nothing out', async () => {
    const store = memoryQuantStore();
    let isAway = false;
    const read: typeof store = {
      ...store,
      summary: async () => {
        if (isAway) throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'database or disk is full');
        return store.summary();
      },
    };
    const { archive, kept, world, end } = archiveWorld(read);
    await world.pass(2 * MINUTE);
    isAway = true;
    await world.pass(2 * MINUTE);
    expect(archive.health().findings).toEqual([{ area: 'store', level: 'degraded', reason: 'features_unread' }]);
    isAway = false;
    await world.pass(MINUTE);
    expect(archive.health().findings).toEqual([]);
    await end();
    expect(kept.map(keyOf).sort()).toEqual(await storedKeys(store));
  });

  it('gives again the last ten minutes of an earlier process, and nothing older', async () => {
    const store = memoryQuantStore();
    const first = archiveWorld(store);
    await first.world.pass(20 * MINUTE);
    await first.end();
    const lastTs = (await store.summary())[0]!.tick_ts;
    const kept: QuantFeatureRow[] = [];
    const keep = async (rows: readonly QuantFeatureRow[]): Promise<void> => void kept.push(...rows);
    const stop = new AbortController();
    const running = new FeatureArchive({ clock: first.world.clock, logger: quiet, store, keep, everyMs: () => TICK }).run(
      stop.signal,
    );
    await turn();
    stop.abort();
    await running;
    expect(kept.map(keyOf).sort()).toEqual(await storedKeys(store, lastTs - 10 * MINUTE + 1));
    expect(kept.length).toBe(PARAMS.timeframes.length * ((10 * MINUTE) / TICK));
  });
});

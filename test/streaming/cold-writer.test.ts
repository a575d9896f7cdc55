import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { inProcessOrderedBus } from '#shared/adapters/memory/ordered-bus.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { compact } from '#shared/cold/compact.ts';
import { QUANT_FEATURES, TRADES } from '#shared/cold/market-tables.ts';
import { decodeSegment } from '#shared/cold/staged-segment.ts';
import { QUARANTINE } from '#shared/cold/tables.ts';
import type { StreamEnvelope } from '#shared/contracts/stream-envelope.ts';
import type { TableSchema } from '#shared/contracts/table-schema.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { type ColdWriterOptions, coldWriter } from '#shared/streaming/cold/cold-writer.ts';
import { envelopeMessage } from '#shared/streaming/envelope/envelope-message.ts';
import { sealedTrades } from './sample-envelopes.ts';

const blake3 = await openBlake3();
const START = Date.UTC(2026, 2, 1, 7);

/** A writer whose store may be told to fail: `before` or `after` the object was created. */
function writerWorld(options: Partial<ColdWriterOptions> = {}, hasBus = false) {
  const clock = manualClock(START);
  const objects = memoryObjectStore();
  const failures: ('before' | 'after' | null)[] = [];
  const put: ObjectStore['put'] = async (...call) => {
    const failure = failures.shift() ?? null;
    if (failure === 'before') throw unavailable();
    const outcome = await objects.put(...call);
    if (failure === 'after') throw unavailable();
    return outcome;
  };
  const logs: string[] = [];
  const log = (event: string): void => void logs.push(event);
  const logger = { info: log, notice: log, warn: log, error: log };
  const bus = inProcessOrderedBus({ clock });
  bus.createTopic('md-trades');
  bus.createSubscription('md-trades', 'cold');
  const catchUp = { bus, blake3, subscriptions: [{ topic: 'md-trades', subscription: 'cold' }] };
  const component = coldWriter(
    { clock, logger, objects: { put }, catchUp: hasBus ? catchUp : null },
    { writer: 'w', ...options },
  );
  const stop = new AbortController();
  const running = component.run(stop.signal);
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 200) {
      await turns();
      clock.advance(Math.min(200, left));
    }
    await turns();
  };
  const end = async (): Promise<void> => {
    stop.abort();
    await pass(2_200);
    await running;
  };
  const staged = async (schema: TableSchema): Promise<ColdRow[]> => {
    const stats = await objects.list(`staging/${schema.table}/`);
    const parts = await Promise.all(
      stats.map(async ({ name }) => decodeSegment(schema, (await objects.get(name))!.bytes, name).rows),
    );
    return parts.flat();
  };
  const measured = () => component.health!(clock.nowMs()).measured;
  return { clock, objects, failures, logs, bus, component, running, stop, pass, end, staged, measured };
}

function unavailable(): LivepoolError {
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

function trades(...ids: number[]): StreamEnvelope {
  return sealedTrades(blake3, START, ids);
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), turns().then(() => false)]);
}

describe('the cold writer', () => {
  it('stages what it is given every five minutes, one segment a table and partition, and the rest at a stop', async () => {
    const { objects, component, pass, end, staged } = writerWorld();
    component.tee(trades(1, 2));
    await pass(299_000);
    expect(await objects.list('')).toEqual([]);
    await pass(1_400);
    expect((await staged(TRADES)).map(({ trade_id }) => trade_id)).toEqual(['1', '2']);
    expect((await objects.list('')).map(({ name }) => name)).toEqual([
      `staging/trades/dt=2026-03-01/hour=07/w-${START + 300_000}-000001.ndjson.zst`,
    ]);
    component.tee(trades(3));
    await end();
    expect((await staged(TRADES)).map(({ trade_id }) => trade_id)).toEqual(['1', '2', '3']);
  });

  it('acknowledges what came from elsewhere once it is stored, soon', async () => {
    const { failures, component, pass, end, staged } = writerWorld();
    failures.push('before');
    const kept = component.accept(trades(1));
    await pass(5_400);
    expect([await isSettled(kept), await staged(TRADES)]).toEqual([false, []]);
    expect(component.health!(0).findings.map(({ reason }) => reason)).toEqual(['staging_unavailable']);
    await pass(5_400);
    expect([await isSettled(kept), (await staged(TRADES)).length]).toEqual([true, 1]);
    expect(component.health!(0).findings).toEqual([]);
    await end();
  });

  it('keeps an envelope that comes by two ways once, and acknowledges both', async () => {
    const { component, pass, end, staged, measured } = writerWorld();
    component.tee(trades(1));
    const again = [component.accept(trades(1)), component.accept(trades(1))];
    expect(await isSettled(again[0]!)).toBe(false);
    await pass(300_400);
    expect(await Promise.all(again.map(isSettled))).toEqual([true, true]);
    expect([(await staged(TRADES)).length, measured().dedupe_hits_total]).toEqual([1, 2]);
    await end();
  });

  it('takes another name after a lost answer, since it may not look what became of the first', async () => {
    const { failures, objects, component, pass, end, staged } = writerWorld({ stageRows: 1 });
    failures.push('after');
    component.tee(trades(1));
    await pass(6_000);
    await end();
    expect((await staged(TRADES)).map(({ trade_id }) => trade_id)).toEqual(['1', '1']);
    expect((await objects.list('')).map(({ name }) => name.slice(-17))).toEqual(['000001.ndjson.zst', '000002.ndjson.zst']);
  });

  it('cannot be named so that its segments would not be found', () => {
    expect(() => writerWorld({ writer: 'Worker:1' })).toThrow(/cannot name a writer/);
  });

  it('writes at once when there are many rows, and takes no more than fit', async () => {
    const { failures, component, pass, end, staged, measured } = writerWorld({ stageRows: 3, mostRows: 5 });
    component.tee(trades(1, 2, 3));
    await pass(400);
    expect(await staged(TRADES)).toHaveLength(3);
    failures.push('before', 'before', 'before');
    component.tee(trades(4, 5, 6, 7));
    await pass(400);
    component.tee(trades(8, 9));
    await expect(component.accept(trades(10, 11))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
    expect(measured()).toMatchObject({ dropped_rows_total: 4, queue_rows: 4 });
    await pass(20_000);
    await expect(isSettled(component.accept(trades(10, 11)))).resolves.toBe(false);
    await end();
    expect((await staged(TRADES)).map(({ trade_id }) => trade_id)).toEqual(['1', '2', '3', '4', '5', '6', '7', '10', '11']);
  });

  it('writes at once when there is much text, before it fills the memory', async () => {
    const { component, pass, end, staged } = writerWorld({ stageTextLength: 1_000 });
    void component.addRows(QUANT_FEATURES, [{ ...sampleFeature(), metrics: 'x'.repeat(500) }]);
    await pass(400);
    expect(await staged(QUANT_FEATURES)).toEqual([]);
    void component.addRows(QUANT_FEATURES, [{ ...sampleFeature(), timeframe: '5m', metrics: 'x'.repeat(500) }]);
    await pass(400);
    expect(await staged(QUANT_FEATURES)).toHaveLength(2);
    await end();
  });

  it('refuses a number that is none, and says of which table and column it was', async () => {
    const { component, end, staged } = writerWorld();
    const row = { ...sampleFeature(), coverage: Number.NaN };
    void component.addRows(QUANT_FEATURES, [sampleFeature(), row]);
    await end();
    expect(await staged(QUANT_FEATURES)).toEqual([sampleFeature()]);
    const [rejected] = await staged(QUARANTINE);
    expect(rejected).toMatchObject({ table: 'quant_features', field: 'coverage', symbol: 'BTC-USD' });
    expect(rejected!.row).toContain('"coverage":"NaN"');
  });

  it('puts a payload of another shape and a suspect print into quarantine', async () => {
    const { component, end, staged } = writerWorld();
    const shapeless = { ...trades(1), payload: Buffer.from('{"events":[]}') };
    component.tee(shapeless);
    component.tee(sealedTrades(blake3, START, [2], { quality: 'suspect' }));
    await end();
    expect((await staged(QUARANTINE)).map(({ reason, table }) => `${table} ${reason}`)).toEqual([
      'trades payload_shape',
      'trades quality_suspect',
    ]);
    expect(await staged(TRADES)).toEqual([]);
  });

  it('says at a stop what it could not store', async () => {
    const { component, failures, end, logs } = writerWorld();
    failures.push('before', 'before');
    component.tee(trades(1));
    await end();
    expect(logs).toEqual(['cold_writer.failed', 'cold_writer.left']);
  });

  it('stages and acknowledges at a stop what a subscription has brought', async () => {
    const { component, pass, running, stop, bus, staged } = writerWorld({ catchUpWithinMs: 60_000 }, true);
    await bus.send('md-trades', [envelopeMessage(trades(1))]);
    await pass(400);
    expect(await staged(TRADES)).toEqual([]);
    stop.abort();
    await pass(1_000);
    expect(await isSettled(running)).toBe(true);
    expect([(await staged(TRADES)).length, bus.waiting('cold')]).toEqual([1, 0]);
    expect(component.health!(0).measured.received_total).toBe(1);
  });

  it('gives back at a stop what a store that is away cannot take', async () => {
    const { failures, pass, running, stop, bus, staged, logs } = writerWorld({ catchUpWithinMs: 60_000 }, true);
    failures.push(...Array.from({ length: 50 }, () => 'before' as const));
    await bus.send('md-trades', [envelopeMessage(trades(1))]);
    await pass(400);
    stop.abort();
    await pass(1_800);
    expect(await isSettled(running)).toBe(false);
    await pass(600);
    expect(await isSettled(running)).toBe(true);
    expect([await staged(TRADES), bus.waiting('cold'), logs.at(-1)]).toEqual([[], 1, 'cold_writer.left']);
  });

  it('has every acknowledged row after compaction, once, however the store fails', async () => {
    const failure = fc.constantFrom('before' as const, 'after' as const, null);
    await fc.assert(
      fc.asyncProperty(
        fc.array(failure, { maxLength: 8 }),
        fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 }),
        async (failing, ids) => {
          const { objects, component, failures, pass, end, clock } = writerWorld({ catchUpWithinMs: 1_000 });
          failures.push(...failing);
          const acknowledged = new Set<string>();
          for (const id of ids) {
            component.accept(trades(id)).then(
              () => acknowledged.add(`${id}`),
              () => undefined,
            );
            await pass(600);
          }
          const seenBeforeStop = [...acknowledged];
          await end();
          const deps = { objects, cold: coldStore(objects, { root: 'cold' }) };
          await compact(deps, DEFAULT_LAYOUT, { nowMs: clock.nowMs(), includeOpen: true });
          const stored: unknown[] = [];
          const range = { from: START, to: START + 3_600_000 };
          for await (const { columns } of deps.cold.readParquet(TRADES, range, ['trade_id']))
            stored.push(...Array.from(columns.trade_id!));
          expect(new Set(stored).size).toBe(stored.length);
          expect(seenBeforeStop.filter((id) => !stored.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});

function sampleFeature(): ColdRow {
  const hash = 'a'.repeat(64);
  const last = { inputs_hash: hash, params_hash: hash, engine_version: '1', available_at: START };
  const texts = { metrics: '[]', contributions: '{}', coverage: 1, bias: 'long', warming: 0 };
  return { ts: START, symbol: 'BTC-USD', timeframe: '1m', revision: 0, ...texts, ...last };
}

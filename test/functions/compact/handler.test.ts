import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { FUNDING, TRADES } from '#shared/cold/market-tables.ts';
import { frameFileName } from '#shared/cold/raw-frames.ts';
import { encodeSegment, segmentName } from '#shared/cold/staged-segment.ts';
import { ABSENT, type ObjectStore } from '#shared/ports/object-store.ts';
import { handleCompact } from '../../../functions/compact/handler.ts';
import { answerOf } from '../../../functions/edge/answer-of.ts';
import { contextOf, postOf } from '../run-context.ts';

const HOUR = 3_600_000;
const DAY_START = Date.UTC(2026, 2, 1);
const NOW = DAY_START + 25 * HOUR + 10 * 60_000;

async function compactFunction() {
  const objects = memoryObjectStore();
  const handle = handleCompact({
    clock: manualClock(NOW),
    cold: { objects, cold: coldStore(objects, { root: 'cold' }) },
    layout: DEFAULT_LAYOUT,
  });
  let seq = 0;
  const stage = async (hour: number, bytes?: Uint8Array): Promise<void> => {
    const ts = DAY_START + hour * HOUR;
    const row = {
      ts,
      symbol: 'BTC-USD',
      venue: 'kraken',
      trade_id: '1',
      side: 'buy',
      price: 1,
      qty: 1,
      unit: 'base',
      available_at: ts,
    };
    const dt = `2026-03-${hour < 24 ? '01' : '02'}/hour=${String(hour % 24).padStart(2, '0')}`;
    const name = segmentName(TRADES, dt, 'w', ts, ++seq);
    await objects.put(name, bytes ?? encodeSegment(TRADES, [row]), { ifGenerationMatch: ABSENT, contentType: 'x' });
  };
  const context = contextOf('scheduler@example.com');
  const ask = (body: unknown, signal = context.signal) => handle(postOf(body), { ...context, signal });
  const sealed = async () => (await objects.list('cold/')).filter(({ name }) => name.includes('_manifest-')).length;
  return { objects, stage, ask, sealed, context };
}

it('seals every hour that is over, once, and leaves the present alone', async () => {
  const { stage, ask, sealed, context } = await compactFunction();
  for (const hour of [3, 4, 24]) await stage(hour);
  const done = await ask({});
  expect(done).toMatchObject({ kind: 'done', fields: { partitions: 2, rows: 2 } });
  expect([await sealed(), answerOf(done).status, context.events]).toEqual([2, 204, ['compact.sealed', 'compact.sealed']]);
  expect(await ask({})).toMatchObject({ kind: 'no_op', fields: { partitions: 2, rows: 0 } });
});

it('seals one table or one day where it is asked for one', async () => {
  const { stage, ask } = await compactFunction();
  await stage(3);
  expect(await ask({ table: FUNDING.table })).toMatchObject({ kind: 'no_op', fields: { partitions: 0 } });
  expect(await ask({ date: '2026-02-28' })).toMatchObject({ fields: { partitions: 0 } });
  expect(await ask({ table: 'trades', date: '2026-03-01' })).toMatchObject({ kind: 'done', fields: { rows: 1 } });
});

it('asks to be called again when its time is spent', async () => {
  const { stage, ask, sealed } = await compactFunction();
  await stage(3);
  const outcome = await ask({}, AbortSignal.abort());
  expect([outcome.kind, answerOf(outcome).status, await sealed()]).toEqual(['not_ready', 503, 0]);
  expect(await ask({})).toMatchObject({ kind: 'done' });
});

it('seals the rest and calls a person when a segment is damaged', async () => {
  const { stage, ask, sealed } = await compactFunction();
  await stage(3, Uint8Array.of(1, 2, 3));
  await stage(4);
  const outcome = await ask({});
  expect(outcome).toMatchObject({ kind: 'terminal', refusals: [{ code: 'COLD_OBJECT_CORRUPT' }], fields: { rows: 1 } });
  expect(await sealed()).toBe(1);
});

it('waits for another compaction that was quicker', async () => {
  const { objects, stage, ask } = await compactFunction();
  await stage(3);
  const name = 'cold/trades/dt=2026-03-01/hour=03/_manifest-1.json';
  const put: ObjectStore['put'] = objects.put.bind(objects);
  objects.put = async (...call) => (call[0] === name ? { written: false, current: null } : put(...call));
  expect(await ask({})).toMatchObject({ kind: 'not_ready' });
  objects.put = put;
  expect(await ask({})).toMatchObject({ kind: 'done' });
});

it.each([[{ table: 'nothing' }], [{ date: '2026-02-30' }], [{ force: true }], [[]]])('refuses %j', async (body) => {
  const { ask } = await compactFunction();
  expect(await ask(body)).toMatchObject({ kind: 'bad_request', refusal: { code: 'REQUEST_INVALID' } });
});

it('seals recorded frames beside the tables, and stops for a damaged one after all the others', async () => {
  const { objects, stage, ask, context } = await compactFunction();
  await stage(3);
  const frames = { dt: '2026-03-01/hour=03', stream: 'gate.perp.1.1--w-1', first: 1, last: 1 };
  const line = `{"t":"recv","ts_ns":"${DAY_START + 3 * HOUR}000000","conn":"gate.perp.1.1","data":"{}"}\n`;
  const create = { ifGenerationMatch: ABSENT, contentType: 'x' };
  await objects.put(frameFileName('staging', frames), gzipSync(line), create);
  await objects.put(frameFileName('staging', { ...frames, stream: 'kraken.spot.1.1--w-1' }), Buffer.from('no gzip'), create);
  const outcome = await ask({});
  expect(outcome).toMatchObject({ kind: 'terminal', fields: { rows: 1, frame_files: 1 } });
  expect(JSON.stringify(outcome)).toContain('kraken.spot.1.1--w-1');
  expect(context.events).toEqual(['compact.frames_sealed', 'compact.sealed']);
  expect(await ask({ table: 'raw_frames', date: '2026-03-02' })).toMatchObject({ kind: 'no_op' });
});

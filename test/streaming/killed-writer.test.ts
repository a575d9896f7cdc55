import { expect, it } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { compact } from '#shared/cold/compact.ts';
import { TRADES } from '#shared/cold/market-tables.ts';
import { verifyTable } from '#shared/cold/verify-table.ts';
import { startScript } from '../adapters/child-process.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';

const HOUR = { from: Date.UTC(2026, 2, 1, 7), to: Date.UTC(2026, 2, 1, 8) };

it('a writer that is killed at any moment has lost nothing that it acknowledged, and what comes again is one row', async () => {
  const folder = temporaryFolder();
  const acknowledged = new Set<string>();
  // Killed after some acknowledgements, wherever it is then; the next one gets everything anew, as a subscription would bring it.
  for (const [writer, lines] of [
    ['a', 1],
    ['b', 150],
    ['c', 333],
  ] as const) {
    const child = startScript('../streaming/stage-for-ever.ts', [folder, writer, '0', '2000']);
    await child.waitForLines(lines);
    child.kill();
    await child.ended();
    for (const id of child.lines) acknowledged.add(id);
  }
  const last = startScript('../streaming/stage-for-ever.ts', [folder, 'd', '1900', '100']);
  await last.waitForLines(1);
  last.signal('SIGTERM');
  expect(await last.ended()).toBe(0);
  for (const id of last.lines) acknowledged.add(id);

  const objects = folderObjectStore({ root: folder });
  const deps = { objects, cold: coldStore(objects, { root: 'cold' }) };
  const summary = await compact(deps, DEFAULT_LAYOUT, { nowMs: HOUR.to, includeOpen: true });
  const stored: string[] = [];
  for await (const { columns } of deps.cold.readParquet(TRADES, HOUR, ['trade_id']))
    stored.push(...Array.from(columns.trade_id!, String));
  expect(acknowledged.size).toBeGreaterThan(333);
  expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([]);
  expect(new Set(stored).size).toBe(stored.length);
  expect(summary).toMatchObject({ failed: [], partitions: [{ table: 'trades', rejected: 0, corrections: 0 }] });
  expect(summary.partitions[0]!.duplicates).toBeGreaterThan(0);
  expect((await verifyTable(deps.cold, TRADES, HOUR)).findings).toEqual([]);
});

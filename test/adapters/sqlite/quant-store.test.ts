import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sqliteQuantStore } from '#shared/adapters/sqlite/quant-store.ts';
import { quantStoreLaws, tickCommit } from '../../laws/quant-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function open(file: string) {
  const store = sqliteQuantStore({ file });
  onTestFinished(() => store.close());
  return store;
}

quantStoreLaws('sqliteQuantStore', () => open(path.join(temporaryFolder(), 'state', 'quant.sqlite')));

it('keeps ticks after closing, and fences a writer of another connection', async () => {
  const file = path.join(temporaryFolder(), 'quant.sqlite');
  const first = sqliteQuantStore({ file });
  const second = open(file);
  const lease = await first.acquire('a', 0, 10);
  await first.commit(lease.ok ? lease.value.token : 0, tickCommit(0, { leaseUntilMs: 10 }));
  expect(await second.committed()).toMatchObject({ commitId: 'id-0' });
  const taken = await second.acquire('b', 11, 10);
  expect(taken).toMatchObject({ ok: true, value: { token: 2 } });
  await expect(first.commit(1, tickCommit(1))).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST' });
  first.close();
  await second.commit(2, tickCommit(1));
  expect((await open(file).committed())!.commitId).toBe('id-1');
});

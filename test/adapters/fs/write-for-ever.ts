import { writeSync } from 'node:fs';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';

/**
 * Writes until it is killed: `write-for-ever.ts ROOT`. Each round creates `log/<n>`, copies it to `current` and now and then
 * removes an older log object; contents and metadata carry the same number, which is printed once the round is acknowledged.
 */
const [root = ''] = process.argv.slice(2);
const store = folderObjectStore({ root });
const found = await store.stat('current');

for (let n = Number(found?.metadata.n ?? 0) + 1; ; n++) {
  // Sizes from one byte to some blocks of the disk; every byte says which round it belongs to.
  const bytes = new Uint8Array(1 + ((n * 7919) % 20_000)).fill(n % 256);
  const options = { contentType: 'application/octet-stream', metadata: { n: String(n) } };
  const name = `log/${String(n).padStart(8, '0')}`;
  const log = await store.put(name, bytes, { ...options, ifGenerationMatch: (await store.stat(name))?.generation ?? ABSENT });
  if (!log.written) throw new Error(`${name} changed under its only writer`);
  const ifGenerationMatch = (await store.stat('current'))?.generation ?? ABSENT;
  if (!(await store.copy(log.stat, 'current', { ...options, ifGenerationMatch })).written) throw new Error('current changed');
  if (n % 5 === 0) await removeLog(n - 3);
  writeSync(1, `${n}\n`);
}

async function removeLog(n: number): Promise<void> {
  const name = `log/${String(n).padStart(8, '0')}`;
  const stat = await store.stat(name);
  if (stat !== null) await store.delete(name, { ifGenerationMatch: stat.generation });
}

import { writeSync } from 'node:fs';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT } from '#shared/ports/object-store.ts';

/**
 * One of several processes on one folder: `contend.ts ROOT ME ROUNDS`. Each round it tries to create `once/<round>` and then
 * raises the number in `counter` by one; it prints the rounds in which its creation won.
 */
const [root = '', me = '', rounds = '0'] = process.argv.slice(2);
const store = folderObjectStore({ root, durable: false });

for (let round = 0; round < Number(rounds); round++) {
  const outcome = await store.put(`once/${round}`, utf8(me), { ifGenerationMatch: ABSENT, contentType: 'text/plain' });
  if (outcome.written) writeSync(1, `${round}\n`);
  await raiseCounter();
}

async function raiseCounter(): Promise<void> {
  for (;;) {
    const found = await store.get('counter');
    const count = found === null ? 0 : Number(Buffer.from(found.bytes).toString());
    const ifGenerationMatch = found?.stat.generation ?? ABSENT;
    const metadata = { count: String(count + 1) };
    if ((await store.put('counter', utf8(String(count + 1)), { ifGenerationMatch, contentType: 'text/plain', metadata })).written)
      return;
  }
}

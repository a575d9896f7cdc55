import { writeSync } from 'node:fs';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';

/**
 * One of several processes on one database: `raise-counters.ts FILE ROUNDS`. Each transaction raises two counters that must
 * stay equal; the new value is printed once it is acknowledged.
 */
const [file = '', rounds = '0'] = process.argv.slice(2);
const store = sqliteDocumentStore({ file });

for (let round = 0; round < Number(rounds); round++) {
  const count = await store.transaction(async (tx) => {
    const next = Number((await tx.get('counters/a'))?.n ?? 0) + 1;
    await new Promise((resolve) => setImmediate(resolve));
    if (Number((await tx.get('counters/b'))?.n ?? 0) + 1 !== next) throw new Error('the counters differ');
    tx.set('counters/a', { n: next });
    tx.set('counters/b', { n: next });
    tx.create(`log/${String(next).padStart(8, '0')}`, { n: next });
    return next;
  });
  writeSync(1, `${count}\n`);
}

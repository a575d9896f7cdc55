// Writes the generated pages of docs/reference. A test fails when a committed page differs from what the code says.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './docs/reference-pages.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'reference');
mkdirSync(folder, { recursive: true });
for (const [name, text] of referencePages()) {
  writeFileSync(join(folder, name), text);
  process.stdout.write(`docs/reference/${name}\n`);
}

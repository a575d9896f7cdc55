// `npm run bench [name …]`: every benchmark, or the named ones, each in a process of its own. Figures are of this machine and this run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** In the order of what most people want to see first. */
const BENCHMARKS = {
  'pool-build': 'CPU time and memory of live builds, and growth with symbols',
  history: 'CPU time and memory of years of monthly shadow releases',
  'rolling-features': 'rolling features against the best columnar library in npm',
  trees: 'gradient-boosted trees and ridge, against ml-matrix',
  'tree-quality': 'rank correlation out of sample: trees, ridge, recorded trees',
  quant: 'quant tick of 300 symbols, rows with input hashes, one event',
  books: 'order books from frame text, against ccxt.pro and JSON.parse',
} as const;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}\n`);
  process.exit(2);
}
let failed = false;
for (const [name, title] of Object.entries(BENCHMARKS)) {
  const file = join(HERE, 'bench', `${name}.ts`);
  if ((wanted.length > 0 && !wanted.includes(name)) || !existsSync(file)) continue;
  process.stdout.write(`\n== ${name}: ${title}\n\n`);
  failed = spawnSync(process.execPath, [file], { stdio: 'inherit' }).status !== 0 || failed;
}
process.exitCode = failed ? 1 : 0;

import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../scripts/bundle/bundle-function.ts';
import { ROOT } from '../architecture/source-tree.ts';

const work = mkdtempSync(join(tmpdir(), 'livepool-checkout-'));
const checkout = join(work, 'checkout');
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Two stages of the chain and one function beside it stand for all. */
const NAMES = ['build', 'rollback', 'score'] as const;

/** Digests of their bundles, built from the copy of the checkout as it stands. */
async function digests(): Promise<readonly string[]> {
  const bundles = await Promise.all(NAMES.map((name) => bundleFunction(name, join(work, 'out'), checkout)));
  return bundles.map(({ sha256 }) => sha256);
}

/** What was built last. */
let before: readonly string[];

/** Functions whose bundle is another one after a change. */
async function changedBy(change: () => void): Promise<readonly string[]> {
  const former = before;
  change();
  before = await digests();
  return NAMES.filter((_name, index) => before[index] !== former[index]);
}

const append = (file: string): void => appendFileSync(join(checkout, file), `\nconsole.log('changed');\n`);

describe('a commit deploys the functions that it changed', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    mkdirSync(checkout);
    for (const part of ['functions', 'shared', 'package.json', 'package-lock.json', 'tsconfig.json']) {
      cpSync(join(ROOT, part), join(checkout, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'), 'junction');
    before = await digests();
  }, 120_000);

  it('another checkout gives the same bytes', async () => {
    expect((await bundleFunction('score', join(work, 'here'))).sha256).toBe(before[NAMES.indexOf('score')]);
  });

  it('none for pages, tests, a version of the worker or a library that no function uses', async () => {
    const changed = await changedBy(() => {
      writeFileSync(join(checkout, 'README.md'), 'another commit\n');
      const file = join(checkout, 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
      manifest.dependencies['a-library-of-the-worker'] = '1.0.0';
      writeFileSync(file, JSON.stringify(manifest, null, 2));
    });
    expect(changed).toEqual([]);
  });

  it('exactly one for code of its own', async () => {
    expect(await changedBy(() => append('functions/score/wire.ts'))).toEqual(['score']);
  });

  it('all that use it for code that they share', async () => {
    expect(await changedBy(() => append('shared/src/release/publish/copy.ts'))).toEqual(['rollback']);
    expect(await changedBy(() => append('functions/edge/serve-request.ts'))).toEqual(['build', 'rollback', 'score']);
  });
});

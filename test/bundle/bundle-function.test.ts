import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../infra/deployables.ts';
import { bundleDigest } from '../../infra/settings/bundle-digest.ts';
import { type Bundle, bundleFunction, functionNames } from '../../scripts/bundle/bundle-function.ts';
import { startBundle } from '../../scripts/bundle/running-bundle.ts';
import { sampleEnvironment } from '../../scripts/bundle/sample-environment.ts';
import { ROOT } from '../architecture/source-tree.ts';

const out = mkdtempSync(join(tmpdir(), 'livepool-bundles-'));
const again = mkdtempSync(join(tmpdir(), 'livepool-bundles-'));
afterAll(() => {
  for (const folder of [out, again]) rmSync(folder, { recursive: true, force: true });
});

/** Every file of a folder by path, as text of its bytes. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const entries = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(entries.map((file) => [file.slice(folder.length + 1), readFileSync(file, 'latin1')]));
}

describe('the bundle of a function', () => {
  let collect: Bundle;
  beforeAll(async () => {
    collect = await bundleFunction('collect', out);
  });

  it('is made for every function of the stack', () => {
    expect(functionNames()).toEqual(FUNCTIONS.map(({ name }) => name).sort());
  });

  it('has the digest by which the stack deploys it', () => {
    const described = JSON.parse(readFileSync(join(out, 'collect.bundle.json'), 'utf8'));
    expect(described).toEqual(collect);
    expect(collect).toMatchObject({ name: 'collect', entry_point: 'collect', sha256: bundleDigest(join(out, 'collect')) });
  });

  it('is the same bytes when it is built again elsewhere', async () => {
    expect(await bundleFunction('collect', again)).toEqual(collect);
    expect(contentOf(join(again, 'collect'))).toEqual(contentOf(join(out, 'collect')));
  });

  it('names no folder of the machine that built it', () => {
    const naming = Object.entries(contentOf(join(out, 'collect'))).filter(([, text]) => text.includes(ROOT));
    expect(naming.map(([file]) => file)).toEqual([]);
  });

  it('serves where nothing but the framework is installed, and refuses a stranger', async () => {
    const running = await startBundle('collect', join(out, 'collect'), sampleEnvironment('collect'));
    try {
      const answer = await fetch(running.url, { method: 'POST', body: '{}' });
      expect([running.status, answer.status]).toEqual([401, 401]);
    } finally {
      await running.stop();
    }
  });

  it('does not start in a wrong environment, and says why', async () => {
    const { PIPELINE_VENUE: _, ...lacking } = sampleEnvironment('collect');
    await expect(startBundle('collect', join(out, 'collect'), lacking)).rejects.toThrow('PIPELINE_VENUE: is missing');
  });

  it('holds the code that its function can use and no other', async () => {
    const rollback = await bundleFunction('rollback', out);
    expect(collect.packages).toContain('ccxt');
    for (const name of ['ccxt', 'hyparquet', '@google-cloud/secret-manager']) expect(rollback.packages).not.toContain(name);
    expect(readdirSync(join(out, 'rollback'))).not.toContain('params');
  });

  it('installs the framework from our lock file, and runs no install script', () => {
    const read = (file: string) => readFileSync(join(out, 'collect', file), 'utf8');
    const lock = JSON.parse(read('package-lock.json')).packages as Record<string, { readonly version?: string }>;
    const ours = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages as typeof lock;
    const places = Object.keys(lock).filter((place) => place !== '');
    expect(places).toContain('node_modules/express');
    expect(places.filter((place) => lock[place]?.version !== ours[place]?.version)).toEqual([]);
    expect(JSON.parse(read('package.json'))).toMatchObject({ type: 'module', main: 'index.mjs', engines: { node: '24.x' } });
    expect(read('.npmrc')).toBe('ignore-scripts=true\n');
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleWorker } from '../../scripts/bundle/bundle-worker.ts';
import { ROOT } from '../architecture/source-tree.ts';
import { WorkerProcess } from '../functions/worker/worker-process.ts';

const out = mkdtempSync(join(tmpdir(), 'livepool-bundles-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('the bundle of the worker', () => {
  it('runs with its simulator where nothing is installed, and stops by itself', async () => {
    const bundle = await bundleWorker(out);
    const worker = new WorkerProcess();
    try {
      await worker.start({ PIPELINE_INSTRUMENTS: 'BTC-USD.spot@kraken' }, join(out, 'worker', 'index.mjs'));
      await worker.until('OK', async () => (await worker.get('/health/line')).text === 'OK\n' || undefined);
      expect(await worker.json('/health')).toMatchObject({ worker: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) } });
      expect(await worker.stop('SIGTERM')).toBe(0);
    } finally {
      await worker.dispose();
    }
    expect(bundle.packages).not.toContain('ccxt');
    const text = readdirSync(join(out, 'worker')).filter((file) => file.endsWith('.mjs'));
    expect(text.filter((file) => readFileSync(join(out, 'worker', file), 'utf8').includes(ROOT))).toEqual([]);
  });

  it('has an image that is pinned by digest, runs as nobody, and ends its heap before its memory', () => {
    const dockerfile = readFileSync(join(out, 'worker', 'Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE\nFROM \$\{NODE_IMAGE\}$/m);
    expect(dockerfile).toMatch(/^USER 65532:65532$/m);
    const heapMb = Number(/--max-old-space-size=(\d+)/.exec(dockerfile)?.[1]);
    const limitMb = Number(/PIPELINE_MEMORY_LIMIT_MB=(\d+)/.exec(dockerfile)?.[1]);
    expect([heapMb, heapMb < 0.8 * limitMb]).toEqual([768, true]);
  });
});

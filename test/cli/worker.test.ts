import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import { appendContinuity, type UnlinkedContinuity } from '#shared/supervision/continuity-log.ts';
import { workerAddress } from '../../scripts/cli/worker-address.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { livepoolHere } from './in-process.ts';

let server: Server | undefined;

afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
});

/** A server whose answer to everything is this text; null never answers. */
async function answering(text: string | null): Promise<string> {
  server = createServer((_, response) => void (text === null || response.end(text)));
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('livepool health', () => {
  it.each([
    ['OK', 0],
    ['OK degraded:venue:gate_reconnecting', 0],
    ['FAIL worker:lease_lost (+1)', 1],
  ])('prints %s and ends with %i', async (line, exit) => {
    const url = await answering(JSON.stringify({ line }));
    expect(await livepoolHere('health', '--url', url)).toEqual({ exit, stdout: `${line}\n`, stderr: `asked ${url}\n` });
    const json = await livepoolHere('health', '--url', url, '--json');
    expect([json.exit, JSON.parse(json.stdout)]).toEqual([exit, { line, url }]);
  });

  it('fails by name where nothing answers, nothing answers in time, or something else does', async () => {
    const late = await livepoolHere('health', '--url', await answering(null), '--timeout', '0.2');
    expect(late).toMatchObject({ exit: 1, stdout: 'FAIL worker:timeout\n' });
    const url = await answering('{"hello":1}');
    expect(await livepoolHere('health', '--url', url)).toMatchObject({ exit: 1, stdout: 'FAIL worker:no_worker\n' });
    server!.close();
    server!.closeAllConnections();
    const nobody = await livepoolHere('health', '--url', url);
    expect(nobody).toMatchObject({ exit: 1, stdout: 'FAIL worker:unreachable\n' });
    expect(nobody.stderr).toBe(`asked ${url}: nothing answers there; is a worker running, and at this port?\n`);
  });

  it('knows a page that is no worker’s', async () => {
    const page = await livepoolHere('health', '--url', await answering('<html>'));
    expect(page).toMatchObject({ exit: 1, stdout: 'FAIL worker:no_worker\n' });
  });

  it('asks where the worker of the same environment would answer', async () => {
    const url = await answering('{"line":"OK"}');
    const port = new URL(url).port;
    expect(await livepoolHere('health', '--port', port)).toMatchObject({ exit: 0, stderr: `asked ${url}\n` });
    vi.stubEnv('PIPELINE_HTTP_PORT', port);
    vi.stubEnv('PIPELINE_HTTP_HOST', '0.0.0.0');
    expect(await livepoolHere('health')).toMatchObject({ exit: 0, stderr: `asked ${url}\n` });
    expect((await livepoolHere('health', '--port', port, '--url', url)).exit).toBe(2);
    vi.stubEnv('PIPELINE_HTTP_PORT', '0');
    const unknown = await livepoolHere('health');
    expect(unknown.stderr).toContain('PIPELINE_HTTP_PORT is 0, which is any free one; say --port or --url');
  });
});

describe('the address of a worker', () => {
  it.each([
    [{}, {}, 'http://127.0.0.1:8080'],
    [{}, { PIPELINE_HTTP_HOST: '::1', PIPELINE_HTTP_PORT: '81' }, 'http://[::1]:81'],
    [{}, { PIPELINE_HTTP_HOST: '::', PIPELINE_HTTP_PORT: '81' }, 'http://127.0.0.1:81'],
    [{ port: 9 }, { PIPELINE_HTTP_HOST: 'worker.local', PIPELINE_HTTP_PORT: '81' }, 'http://worker.local:9'],
    [{ url: 'https://w.example/' }, { PIPELINE_HTTP_PORT: '81' }, 'https://w.example'],
  ])('is what %j and %j say: %s', (options, env, url) => {
    expect(workerAddress(options, env)).toBe(url);
  });

  it.each(['0', '70000', 'x'])('is not known where the port is %s', (port) => {
    expect(() => workerAddress({}, { PIPELINE_HTTP_PORT: port })).toThrow(/PIPELINE_HTTP_PORT .*; say --port or --url/);
  });
});

const RECORD: UnlinkedContinuity = {
  ts: 1_767_225_600_000,
  phase: 'unset',
  build: { version: '0.1.0', git_sha: '', image_digest: '' },
  instance_id: 'w-1',
  lease_epoch: 1,
  status: 'active',
  started_at: 1_767_225_600_000,
  uptime_s: 0,
  availability: { window_h: 24, pct: '99.50', ok_probes: 199, total_probes: 200 },
  components: { quant: { state: 'running' } },
  sources: [],
  config_hash: 'a',
  schema_hash: 'b',
};

describe('livepool continuity', () => {
  async function folderOf(...changes: readonly Partial<UnlinkedContinuity>[]): Promise<string> {
    const folder = temporaryFolder();
    const store = sqliteDocumentStore({ file: join(folder, 'documents.sqlite') });
    for (const [index, change] of changes.entries())
      await appendContinuity(store, { ...RECORD, ts: RECORD.ts + index, ...change });
    store.close();
    return folder;
  }

  it('shows the newest record', async () => {
    const data = await folderOf({}, { status: 'degraded', uptime_s: 61 });
    const { exit, stdout } = await livepoolHere('continuity', 'status', '--data', data);
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /^degraded {2}phase unset {2}w-1 {2}up 61 s {2}lease 1\navailability 99\.50 % \(199 of 200 probes, 24 h\)\n/,
    );
    expect(stdout).toContain('  quant           running\n');
    vi.stubEnv('PIPELINE_DATA_FOLDER', data);
    expect(await livepoolHere('continuity', 'status')).toMatchObject({ exit, stdout });
  });

  it('checks the chain and says what changed, and ends with 4 for a broken one or a drift', async () => {
    const sound = await livepoolHere('continuity', 'compare', '--data', await folderOf({}, { uptime_s: 5 }));
    expect([sound.exit, sound.stdout]).toEqual([0, expect.stringMatching(/^chain of 2 records holds\n[\s\S]*uptime_s/)]);
    const drift = await livepoolHere('continuity', 'compare', '--data', await folderOf({}, { config_hash: 'x' }));
    expect([drift.exit, drift.stderr]).toEqual([4, expect.stringContaining('drift: config_hash changed under the same build')]);
    const data = await folderOf({}, {}, {});
    const store = sqliteDocumentStore({ file: join(data, 'documents.sqlite') });
    const path = WORKER_PATHS.continuityEntry(RECORD.ts + 1);
    const record = await store.get(path);
    await store.transaction(async (tx) => tx.set(path, { ...record, status: 'active', uptime_s: 99 }));
    store.close();
    const broken = await livepoolHere('continuity', 'compare', '--data', data);
    expect([broken.exit, broken.stderr]).toEqual([4, expect.stringContaining('was changed after it was written')]);
  });

  it('declares a phase, and refuses where no worker ever was', async () => {
    const data = await folderOf({});
    expect((await livepoolHere('continuity', 'phase', 'burn-in', '--reason', 'drill', '--data', data)).exit).toBe(0);
    expect((await livepoolHere('continuity', 'phase', 'No!', '--reason', 'drill', '--data', data)).exit).toBe(2);
    for (const command of [['status'], ['compare'], ['phase', 'x', '--reason', 'y']]) {
      const { exit, stderr } = await livepoolHere('continuity', ...command, '--data', join(data, 'nowhere'));
      expect([exit, stderr]).toEqual([1, expect.stringContaining('NO_RECORDS')]);
    }
  });
});

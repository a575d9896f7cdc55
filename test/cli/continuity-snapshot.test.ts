import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { continuityRecords } from '#shared/supervision/continuity-log.ts';
import { brokenLink } from '#shared/supervision/hash-chain.ts';
import { signedRequest } from '../../scripts/cli/signed-request.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { livepoolHere } from './in-process.ts';
import { ContinuityWorker } from './worker-stand-in.ts';

let folder: string;
let worker: ContinuityWorker;
let url: string;

beforeEach(async () => {
  folder = temporaryFolder();
  worker = new ContinuityWorker(folder);
  url = await worker.start();
});

afterEach(() => worker.stop());

const snapshot = (...more: readonly string[]) =>
  livepoolHere('continuity', 'snapshot', '--url', url, '--key-file', worker.keyFile, '--out', join(folder, 'out'), ...more);

describe('livepool continuity snapshot', () => {
  it('has the worker write a record of now, and keeps a copy of it', async () => {
    const { exit, stdout } = await snapshot('--json');
    expect(exit).toBe(0);
    const { record, file } = JSON.parse(stdout) as { record: { hash: string }; file: string };
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(record);
    const records = await continuityRecords(worker.store, 100);
    expect(records.at(-1)).toEqual(record);
    expect([worker.probes >= 1, brokenLink(records)]).toEqual([true, undefined]);
  });

  it('keeps the chain whole however many ask at once', async () => {
    const path = '/api/system/continuity';
    const asked = Array.from({ length: 5 }, () =>
      fetch(`${url}${path}`, signedRequest(path, '', { by: 'ann', keyFile: worker.keyFile }, AbortSignal.timeout(5_000))),
    );
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array<number>(5).fill(201));
    expect([(await snapshot()).exit, (await snapshot()).exit]).toEqual([0, 0]);
    const records = await continuityRecords(worker.store, 100);
    expect([records.length >= 3, brokenLink(records)]).toEqual([true, undefined]);
    expect(readdirSync(join(folder, 'out')).length).toBeGreaterThanOrEqual(2);
  });

  it('is refused with another key, and writes nothing', async () => {
    const other = join(folder, 'other.key');
    writeFileSync(other, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
    const before = (await continuityRecords(worker.store, 100)).length;
    const { exit, stderr } = await livepoolHere('continuity', 'snapshot', '--url', url, '--key-file', other, '--out', folder);
    expect([exit, stderr]).toEqual([1, expect.stringContaining('refused UNAUTHENTICATED: the signature does not fit')]);
    expect((await continuityRecords(worker.store, 100)).length).toBe(before);
  });

  it('needs a running worker', async () => {
    const { exit, stderr } = await livepoolHere(
      'continuity',
      'snapshot',
      '--url',
      'http://127.0.0.1:9',
      '--key-file',
      worker.keyFile,
    );
    expect([exit, stderr]).toEqual([3, expect.stringContaining('WORKER_UNREACHABLE')]);
  });
});

describe('livepool continuity sync', () => {
  it('does all three steps whatever one of them says, and ends with the gravest', async () => {
    const args = ['--key-file', worker.keyFile, '--out', join(folder, 'out'), '--home', join(folder, 'home'), '--json'];
    const { exit, stdout } = await livepoolHere('continuity', 'sync', '--url', url, ...args);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      snapshot: { ok: true },
      report: { ok: false, error: { code: 'NO_RELEASE' } },
      docs: expect.anything(),
    });
  });
});

describe('livepool docs check', () => {
  it('finds the committed pages true', async () => {
    expect(await livepoolHere('docs', 'check')).toMatchObject({
      exit: 0,
      stdout: 'all 5 generated pages say what the code says\n',
    });
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { type Bucket, type FileMetadata, Storage } from '@google-cloud/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc32cBase64 } from '#shared/core/crc32c.ts';
import { type GcsServer, startGcsServer } from './server.ts';

/** A bucket one may write into and delete from, with credentials in the environment, to hold the real service to these probes. */
const REAL_BUCKET = process.env.LIVEPOOL_TEST_BUCKET;

describe('the test server, seen by the real client', () => {
  let server: GcsServer;
  beforeAll(async () => {
    server = await startGcsServer();
    server.createBucket('probe');
  });
  afterAll(() => server.stop());
  probes(() => new Storage({ apiEndpoint: server.endpoint, retryOptions: { autoRetry: false } }).bucket('probe'));
});

describe(`Cloud Storage itself${REAL_BUCKET === undefined ? ' (skipped: LIVEPOOL_TEST_BUCKET is not set)' : ''}`, () => {
  if (REAL_BUCKET === undefined)
    it.skip('answers the probes as the test server does: set LIVEPOOL_TEST_BUCKET to a scratch bucket', () => undefined);
  else probes(() => new Storage({ retryOptions: { autoRetry: false } }).bucket(REAL_BUCKET));
});

/** What we rely on, asked of whatever stands behind the bucket. Objects go under a fresh prefix and are removed afterwards. */
function probes(open: () => Bucket): void {
  const prefix = `contract-probe/${randomUUID()}`;
  let bucket: Bucket;
  beforeAll(() => {
    bucket = open();
  });
  afterAll(() => bucket.deleteFiles({ prefix, force: true, versions: true }));

  const save = async (
    name: string,
    text: string,
    preconditionOpts: Readonly<Record<string, string>> = {},
    metadata: FileMetadata = {},
  ) => {
    const file = bucket.file(`${prefix}/${name}`);
    await file.save(text, { resumable: false, validation: false, metadata, preconditionOpts });
    return file.metadata as { generation: string; metageneration: string; md5Hash: string; crc32c: string; size: string };
  };
  const call = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    uri: string,
    qs: Readonly<Record<string, unknown>> = {},
    json?: object,
  ) => {
    const [body] = await bucket.request({ method, uri, qs, ...(json === undefined ? {} : { json }) });
    return body as Readonly<Record<string, unknown>>;
  };
  const path = (name: string): string => `/o/${encodeURIComponent(`${prefix}/${name}`)}`;

  it('creates once under ifGenerationMatch=0 and replaces only the named generation', async () => {
    const first = await save('create', 'one', { ifGenerationMatch: '0' });
    await expect(save('create', 'two', { ifGenerationMatch: '0' })).rejects.toMatchObject({ code: 412 });
    const second = await save('create', 'two', { ifGenerationMatch: first.generation });
    expect(BigInt(second.generation) > BigInt(first.generation)).toBe(true);
    await expect(save('create', 'three', { ifGenerationMatch: first.generation })).rejects.toMatchObject({ code: 412 });
    await expect(save('create', 'three', { ifGenerationNotMatch: second.generation })).rejects.toMatchObject({ code: 412 });
    expect((await bucket.file(`${prefix}/create`).download())[0].toString()).toBe('two');
  });

  it('computes md5 and crc32c and refuses declared ones that differ', async () => {
    const hashes = { md5Hash: createHash('md5').update('bytes').digest('base64'), crc32c: crc32cBase64(Buffer.from('bytes')) };
    expect(await save('hash', 'bytes', {}, hashes)).toMatchObject({ ...hashes, size: '5' });
    for (const wrong of [{ md5Hash: createHash('md5').digest('base64') }, { crc32c: 'AAAAAA==' }]) {
      await expect(save('hash-wrong', 'bytes', {}, wrong)).rejects.toMatchObject({ code: 400 });
    }
    await expect(call('GET', path('hash-wrong'))).rejects.toMatchObject({ code: 404 });
  });

  it('patches metadata under a metageneration condition, without a new generation', async () => {
    const before = await save('patch', 'x', {}, { metadata: { keep: '1', drop: '2' } });
    const change = { metadata: { drop: null, add: '3' }, cacheControl: 'no-store' };
    const condition = { ifMetagenerationMatch: before.metageneration };
    const after = await call('PATCH', path('patch'), condition, change);
    expect(after).toMatchObject({ generation: before.generation, metageneration: '2', cacheControl: 'no-store' });
    expect(after.metadata).toEqual({ keep: '1', add: '3' });
    await expect(call('PATCH', path('patch'), condition, change)).rejects.toMatchObject({ code: 412 });
    await expect(call('GET', path('patch'), { ifMetagenerationNotMatch: '2' })).rejects.toMatchObject({ code: 304 });
  });

  it('reads ranges and generations, and answers conditional reads', async () => {
    const { generation } = await save('read', '0123456789');
    const file = bucket.file(`${prefix}/read`, { generation });
    expect((await file.download())[0].toString()).toBe('0123456789');
    expect((await file.download({ start: 2, end: 4 }))[0].toString()).toBe('234');
    expect((await file.download({ start: 8, end: 99 }))[0].toString()).toBe('89');
    await expect(file.download({ start: 10, end: 12 })).rejects.toMatchObject({ code: 416 });
    await expect(call('GET', path('read'), { generation: '17' })).rejects.toMatchObject({ code: 404 });
    await expect(call('GET', path('read'), { ifGenerationMatch: '17' })).rejects.toMatchObject({ code: 412 });
    await expect(call('GET', path('read'), { ifGenerationNotMatch: generation })).rejects.toMatchObject({ code: 304 });
  });

  it('uploads in resumable chunks under a precondition', async () => {
    const text = 'chunk'.repeat(120_000);
    const file = bucket.file(`${prefix}/resumable`);
    const options = { resumable: true, chunkSize: 256 * 1024, preconditionOpts: { ifGenerationMatch: 0 } };
    await file.save(text, options);
    expect((await file.download())[0].toString()).toBe(text);
    await expect(bucket.file(`${prefix}/resumable`).save(text, options)).rejects.toMatchObject({ code: 412 });
  });

  it('rewrites and copies under conditions on source and target', async () => {
    const source = await save('source', 'content', {}, { metadata: { from: 'source' } });
    const to = (verb: string): string => `${path('source')}/${verb}/b/${bucket.name}${path('target')}`;
    const body = { contentType: 'text/csv', metadata: { seq: '1' } };
    const stale = { ifSourceGenerationMatch: '17' };
    await expect(call('POST', to('rewriteTo'), stale, body)).rejects.toMatchObject({ code: 412 });
    await expect(call('POST', to('rewriteTo'), { sourceGeneration: '17' }, body)).rejects.toMatchObject({ code: 404 });
    const good = { sourceGeneration: source.generation, ifSourceGenerationMatch: source.generation, ifGenerationMatch: '0' };
    const { resource, done } = (await call('POST', to('rewriteTo'), good, body)) as {
      resource: { generation: string };
      done: boolean;
    };
    expect(done).toBe(true);
    expect(resource).toMatchObject({ contentType: 'text/csv', metadata: { seq: '1' }, size: '7' });
    await expect(call('POST', to('rewriteTo'), good, body)).rejects.toMatchObject({ code: 412 });
    const again = await call('POST', to('copyTo'), { ifGenerationMatch: resource.generation }, {});
    expect(again).toMatchObject({ kind: 'storage#object', metadata: { from: 'source' } });
    expect(BigInt(again.generation as string) > BigInt(resource.generation)).toBe(true);
  });

  it('lists by prefix, delimiter and page', async () => {
    for (const name of ['list/a', 'list/b/1', 'list/b/2', 'list/b!', 'list/c']) await save(name, name);
    const list = async (query: Readonly<Record<string, unknown>>) =>
      (await call('GET', '/o', query)) as { items?: { name: string }[]; prefixes?: string[]; nextPageToken?: string };
    const short = (names: readonly string[]) => names.map((name) => name.slice(prefix.length + 6));
    const folded = await list({ prefix: `${prefix}/list/`, delimiter: '/' });
    expect(short((folded.items ?? []).map((item) => item.name))).toEqual(['a', 'b!', 'c']);
    expect(short(folded.prefixes ?? [])).toEqual(['b/']);
    const names: string[] = [];
    for (let pageToken: string | undefined; ; ) {
      const page = await list({ prefix: `${prefix}/list/`, maxResults: 2, ...(pageToken === undefined ? {} : { pageToken }) });
      names.push(...(page.items ?? []).map((item) => item.name));
      pageToken = page.nextPageToken;
      if (pageToken === undefined) break;
    }
    expect(short(names)).toEqual(['a', 'b!', 'b/1', 'b/2', 'c']);
  });

  it('deletes only under its condition and says when nothing is there', async () => {
    const { generation } = await save('delete', 'x');
    await expect(call('DELETE', path('delete'), { ifGenerationMatch: '17' })).rejects.toMatchObject({ code: 412 });
    await call('DELETE', path('delete'), { ifGenerationMatch: generation });
    await expect(call('GET', path('delete'))).rejects.toMatchObject({ code: 404 });
    await expect(call('DELETE', path('delete'), { ifGenerationMatch: generation })).rejects.toMatchObject({ code: 404 });
    expect(BigInt((await save('delete', 'again', { ifGenerationMatch: '0' })).generation) > BigInt(generation)).toBe(true);
  });
}

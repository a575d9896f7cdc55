import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { putText } from '../../laws/object-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NAME = 'current/live_pool.json';

function folder() {
  const root = path.join(temporaryFolder(), 'store');
  return { root, file: path.join(root, NAME), store: folderObjectStore({ root }) };
}

describe('a folder store as ordinary files', () => {
  it('shows an object at its own path', async () => {
    const { file, store } = folder();
    await putText(store, NAME, 'hello');
    expect(readFileSync(file, 'utf8')).toBe('hello');
    expect(execFileSync('ls', ['-A', path.dirname(file)], { encoding: 'utf8' })).toBe('live_pool.json\n');
  });

  it('keeps generations and metadata when the folder is copied or touched', async () => {
    const { root, store } = folder();
    const stat = await putText(store, NAME, 'hello', ABSENT, { metadata: { publish_seq: '3' } });
    const copy = path.join(temporaryFolder(), 'copy');
    cpSync(root, copy, { recursive: true });
    utimesSync(path.join(copy, NAME), 1, 1);
    expect(await folderObjectStore({ root: copy }).stat(NAME)).toEqual(stat);
    expect(await folderObjectStore({ root: copy }).list('')).toEqual([stat]);
  });

  it('gives a file changed by hand another generation, in every answer', async () => {
    const { file, store } = folder();
    const stat = await putText(store, NAME, 'hello', ABSENT, { metadata: { publish_seq: '3' } });
    writeFileSync(file, 'hullo');
    utimesSync(file, 5, 5);
    const found = await store.get(NAME);
    expect(found).toMatchObject({ bytes: utf8('hullo'), stat: { metadata: {} } });
    expect(found?.stat.generation).toMatch(/^foreign-/);
    expect(await store.stat(NAME)).toEqual(found?.stat);
    expect(await store.list('')).toEqual([found?.stat]);
    expect(await store.get(NAME, { generation: stat.generation })).toBeNull();
    expect(await store.getRange(NAME, 0, 3, { generation: stat.generation })).toBeNull();
    await expect(
      store.copy({ name: NAME, generation: stat.generation }, 'x', { ifGenerationMatch: ABSENT, contentType: 'text/plain' }),
    ).rejects.toMatchObject({ code: 'OBJECT_SOURCE_GONE' });
  });

  it('replaces a file changed by hand only for one who saw the change', async () => {
    const { file, store } = folder();
    const stat = await putText(store, NAME, 'hello');
    truncateSync(file, 2);
    const put = { contentType: 'text/plain' };
    expect(await store.put(NAME, utf8('new'), { ...put, ifGenerationMatch: stat.generation })).toMatchObject({ written: false });
    const seen = await store.stat(NAME);
    const written = await putText(store, NAME, 'new', seen?.generation);
    expect(BigInt(written.generation) > BigInt(stat.generation)).toBe(true);
    expect((await store.get(NAME))?.stat).toEqual(written);
  });

  it('notices flipped bits whose time and size did not change', async () => {
    const { file, store } = folder();
    const stat = await putText(store, NAME, 'hello');
    const { mtime, atime } = statSync(file);
    const rotten = `${file}.tmp`;
    writeFileSync(rotten, 'hellO');
    utimesSync(rotten, atime, mtime);
    renameSync(rotten, file);
    expect(await store.get(NAME, { generation: stat.generation })).toBeNull();
    expect((await store.get(NAME))?.stat.generation).toMatch(/^foreign-/);
  });

  it('takes files that were there before it, and never overwrites them by a create', async () => {
    const { root, file, store } = folder();
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'mine');
    writeFileSync(path.join(root, '.hidden'), 'x');
    expect((await store.list('')).map((stat) => stat.name)).toEqual([NAME]);
    expect(await store.put(NAME, utf8('x'), { ifGenerationMatch: ABSENT, contentType: 'text/plain' })).toMatchObject({
      written: false,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await store.delete(NAME, { ifGenerationMatch: (await store.stat(NAME))!.generation })).toBe(true);
    expect(await store.list('')).toEqual([]);
  });

  it('works below a relative path that ends in a slash, and never removes its own folder', async () => {
    const { root } = folder();
    const store = folderObjectStore({ root: `${path.relative('.', root)}/` });
    const stat = await putText(store, 'a/b', 'x');
    expect(readFileSync(path.join(root, 'a', 'b'), 'utf8')).toBe('x');
    await store.delete('a/b', { ifGenerationMatch: stat.generation });
    expect(readdirSync(root)).toEqual(['.meta']);
  });

  it('names a lock file that is something else', async () => {
    const { root, store } = folder();
    mkdirSync(path.join(root, '.meta'), { recursive: true });
    writeFileSync(path.join(root, '.meta', 'lock.sqlite'), 'not a database, but long enough to be read as one. '.repeat(100));
    await expect(putText(store, NAME, 'x')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('follows no symbolic link out of the folder', async () => {
    const { root, file, store } = folder();
    const outside = path.join(temporaryFolder(), 'secret');
    writeFileSync(outside, 'secret');
    mkdirSync(path.dirname(file), { recursive: true });
    symlinkSync(outside, file);
    expect(await store.get(NAME)).toBeNull();
    expect(await store.list('')).toEqual([]);
    await putText(store, NAME, 'pool');
    expect(readFileSync(outside, 'utf8')).toBe('secret');
    expect(readFileSync(path.join(root, NAME), 'utf8')).toBe('pool');
  });

  it('refuses an object where a folder is, and a folder where an object is', async () => {
    const { store } = folder();
    await putText(store, 'a', 'x');
    await putText(store, 'b/c', 'x');
    await expect(putText(store, 'a/b', 'y')).rejects.toMatchObject({ code: 'OBJECT_NAME_INVALID' });
    await expect(putText(store, 'b', 'y')).rejects.toMatchObject({ code: 'OBJECT_NAME_INVALID' });
    expect((await store.list('')).map((stat) => stat.name)).toEqual(['a', 'b/c']);
    await store.delete('b/c', { ifGenerationMatch: (await store.stat('b/c'))!.generation });
    await putText(store, 'b', 'y');
  });

  it('refuses to answer from a damaged record and names the file', async () => {
    const { root, store } = folder();
    await putText(store, NAME, 'x');
    const record = path.join(root, '.meta', 'records', 'current', '.live_pool.json.json');
    for (const damage of ['', '{}', readFileSync(record, 'utf8').slice(0, -20), 'null']) {
      writeFileSync(record, damage);
      const failure = { code: 'STORE_CORRUPT', message: expect.stringContaining(record) as string };
      await expect(store.stat(NAME)).rejects.toMatchObject(failure);
      await expect(store.put(NAME, utf8('y'), { ifGenerationMatch: '1', contentType: 'text/plain' })).rejects.toMatchObject(
        failure,
      );
    }
  });

  it('lists a folder that does not exist as empty, without making it', async () => {
    const { root, store } = folder();
    expect(await store.list('')).toEqual([]);
    expect(await store.get(NAME)).toBeNull();
    expect(existsSync(root)).toBe(false);
  });
});

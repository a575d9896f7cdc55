import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { setDocument } from '../laws/document-store.ts';
import { putText } from '../laws/object-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Mounts a small disk in memory, or says why this machine does not allow it. */
function smallDisk(): { root: string; remountReadOnly: () => void } | string {
  const root = path.join(temporaryFolder(), 'disk');
  mkdirSync(root);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', root], { stdio: 'pipe' });
  } catch {
    return 'no right to mount a small disk here';
  }
  onTestFinished(() => void execFileSync('umount', ['-l', root]));
  return { root, remountReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', root]) };
}

describe('a SQLite store at the limits of its disk', () => {
  it('reports a full disk and keeps what it had', async (context) => {
    const disk = smallDisk();
    if (typeof disk === 'string') return context.skip(disk);
    const store = sqliteDocumentStore({ file: path.join(disk.root, 'documents.sqlite') });
    await setDocument(store, 'c/a', { v: 1 });
    const big = store.transaction(async (tx) => {
      tx.set('c/a', { v: 2 });
      tx.set('c/b', { text: 'x'.repeat(500_000) });
    });
    await expect(big).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('free some space') as string,
    });
    expect(await store.list('c')).toEqual([{ id: 'a', data: { v: 1 } }]);
    await setDocument(store, 'c/a', { v: 3 });
    expect(await store.get('c/a')).toEqual({ v: 3 });
    store.close();
  });

  it('refuses to write on a read-only disk', async (context) => {
    const disk = smallDisk();
    if (typeof disk === 'string') return context.skip(disk);
    const file = path.join(disk.root, 'documents.sqlite');
    sqliteDocumentStore({ file }).close();
    disk.remountReadOnly();
    expect(() => sqliteDocumentStore({ file })).toThrow(expect.objectContaining({ message: expect.stringContaining(file) }));
  });
});

describe('a folder store at the limits of its disk', () => {
  it('reports a full disk, keeps the old object and works again when there is space', async (context) => {
    const disk = smallDisk();
    if (typeof disk === 'string') return context.skip(disk);
    const store = folderObjectStore({ root: disk.root });
    const old = await putText(store, 'current/pool', 'old');
    const ballast = await putText(store, 'ballast', 'x'.repeat(100_000));
    const big = 'y'.repeat(200_000);
    await expect(putText(store, 'current/pool', big, old.generation)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      kind: 'transient',
      message: expect.stringMatching(/pool \(ENOSPC\).*free some space/) as string,
    });
    expect(await store.stat('current/pool')).toEqual(old);
    expect(existsSync(path.join(disk.root, '.meta', 'content.tmp'))).toBe(false);
    await store.delete('ballast', { ifGenerationMatch: ballast.generation });
    await putText(store, 'current/pool', big, old.generation);
    expect((await store.get('current/pool'))?.bytes).toHaveLength(200_000);
  });

  it('reads from a read-only disk and refuses to write there', async (context) => {
    const disk = smallDisk();
    if (typeof disk === 'string') return context.skip(disk);
    const store = folderObjectStore({ root: disk.root });
    const stat = await putText(store, 'current/pool', 'old');
    disk.remountReadOnly();
    expect((await store.get('current/pool'))?.stat).toEqual(stat);
    expect(await store.list('')).toEqual([stat]);
    const refusal = { code: 'STORE_READ_ONLY', kind: 'terminal', message: expect.stringContaining(disk.root) as string };
    await expect(putText(store, 'current/pool', 'new', stat.generation)).rejects.toMatchObject(refusal);
    await expect(putText(store, 'other', 'new')).rejects.toMatchObject(refusal);
    await expect(store.delete('current/pool', { ifGenerationMatch: stat.generation })).rejects.toMatchObject(refusal);
  });

  it('refuses a folder without the right to write', async (context) => {
    if (process.getuid?.() === 0) return context.skip('the superuser may write everywhere');
    const root = path.join(temporaryFolder(), 'locked');
    mkdirSync(root);
    chmodSync(root, 0o555);
    onTestFinished(() => chmodSync(root, 0o755));
    await expect(putText(folderObjectStore({ root }), 'a', 'x', ABSENT)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  });
});

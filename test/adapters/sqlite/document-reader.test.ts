import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteDocumentReader } from '#shared/adapters/sqlite/document-reader.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { setDocument } from '../../laws/document-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function reader(file: string) {
  const store = sqliteDocumentReader({ file });
  onTestFinished(() => store.close());
  return store;
}

describe('documents for reading', () => {
  it('are none where there is no file, or one that was never begun, and nothing is made', async () => {
    const folder = temporaryFolder();
    const missing = path.join(folder, 'nowhere', 'documents.sqlite');
    expect([await reader(missing).get('c/a'), await reader(missing).list('c')]).toEqual([null, []]);
    expect(existsSync(path.dirname(missing))).toBe(false);
    const empty = path.join(folder, 'documents.sqlite');
    writeFileSync(empty, '');
    expect([await reader(empty).get('c/a'), await reader(empty).list('c')]).toEqual([null, []]);
  });

  it('show what a writer commits meanwhile, are never written, and leave no file behind', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'documents.sqlite');
    const writer = sqliteDocumentStore({ file });
    await setDocument(writer, 'c/a', { v: 1 });
    const documents = sqliteDocumentReader({ file });
    expect(await documents.get('c/a')).toEqual({ v: 1 });
    await setDocument(writer, 'c/a', { v: 2 });
    expect(await documents.list('c')).toEqual([{ id: 'a', data: { v: 2 } }]);
    await expect(documents.transaction(async (tx) => tx.delete('c/a'))).rejects.toMatchObject({ code: 'INVARIANT' });
    writer.close();
    documents.close();
    expect(readdirSync(folder)).toEqual(['documents.sqlite']);
  });

  it('are refused when the file is damaged', () => {
    const file = path.join(temporaryFolder(), 'documents.sqlite');
    writeFileSync(file, 'x'.repeat(8192));
    expect(() => sqliteDocumentReader({ file })).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }));
  });

  it('can be read on a read-only disk, unless changes of a killed writer wait there', async (context) => {
    const root = path.join(temporaryFolder(), 'disk');
    mkdirSync(root);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root], { stdio: 'pipe' });
    } catch {
      return context.skip('no right to mount a small disk here');
    }
    onTestFinished(() => void execFileSync('umount', ['-l', root]));
    const file = path.join(root, 'documents.sqlite');
    const writer = sqliteDocumentStore({ file });
    await setDocument(writer, 'c/a', { v: 1 });
    writer.close();
    const remount = (mode: string): void => void execFileSync('mount', ['-o', `remount,${mode}`, root]);
    remount('ro');
    expect(await reader(file).get('c/a')).toEqual({ v: 1 });
    remount('rw');
    writeFileSync(`${file}-wal`, 'changes');
    remount('ro');
    expect(() => sqliteDocumentReader({ file })).toThrow(expect.objectContaining({ code: 'STORE_READ_ONLY' }));
  });
});

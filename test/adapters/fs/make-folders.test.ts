import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { nodeFileSystem } from '#shared/adapters/fs/file-system.ts';
import { makeFolders } from '#shared/adapters/fs/make-folders.ts';
import { temporaryFolder } from '../temporary-folder.ts';

it('makes the missing ones and names the topmost new one', () => {
  const root = temporaryFolder();
  expect(makeFolders(nodeFileSystem, path.join(root, 'a', 'b', 'c'))).toBe(path.join(root, 'a'));
  expect(statSync(path.join(root, 'a', 'b', 'c')).isDirectory()).toBe(true);
  expect(makeFolders(nodeFileSystem, path.join(root, 'a', 'b', 'c'))).toBeUndefined();
});

it('fails below a file', () => {
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolders(nodeFileSystem, path.join(file, 'a', 'b'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});

it('fails, and does not try for ever, where no folder can be made', (context) => {
  if (!existsSync('/proc/self')) return context.skip('only where there is a /proc');
  expect(() => makeFolders(nodeFileSystem, '/proc/nope/a')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

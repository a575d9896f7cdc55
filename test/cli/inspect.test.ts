import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/cli/tracked-files.ts';
import { livepoolHere } from './in-process.ts';

// An archive of the tree has no list of what is committed.
describe.skipIf(!existsSync(join(ROOT, '.git')))('livepool inspect', () => {
  it('shows the tree no deeper and no longer than asked', async () => {
    const { exit, stdout } = await livepoolHere('inspect', 'tree', 'shared/src', '--depth', '1', '--json');
    const { entries } = JSON.parse(stdout) as { entries: readonly { path: string; files: number }[] };
    expect([exit, entries.map(({ path }) => path)]).toEqual([0, expect.arrayContaining(['adapters/', 'core/', 'market/'])]);
    const short = await livepoolHere('inspect', 'tree', '--limit', '2');
    expect(short.stdout.trimEnd().split('\n').at(-1)).toMatch(/^… and \d+ more; --limit shows them$/);
  });

  it('shows some lines of a committed file, and nothing else', async () => {
    const { stdout } = await livepoolHere('inspect', 'file', 'README.md', '--lines', '1');
    expect(stdout).toMatch(/^1 {2}# livepool\nREADME\.md: \d+ lines\n$/);
    for (const path of ['shared', '../shared', '.git/config', 'node_modules/zod/package.json', 'nosuch']) {
      expect([path, (await livepoolHere('inspect', 'file', path)).exit]).toEqual([path, 2]);
    }
  });

  it('sums the tree up', async () => {
    const { exit, stdout } = await livepoolHere('inspect', 'summary', '--json');
    const { folders, total } = JSON.parse(stdout) as {
      folders: readonly { name: string; files: number }[];
      total: { files: number };
    };
    expect([exit, folders.reduce((sum, { files }) => sum + files, 0)]).toEqual([0, total.files]);
    expect(folders.map(({ name }) => name)).toEqual(expect.arrayContaining(['docs', 'shared/src/core', 'test']));
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '#shared/core/sha256.ts';
import { zipFolder } from '../../../infra/bundles/zip-folder.ts';

const work = mkdtempSync(join(tmpdir(), 'livepool-zip-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const FILES = {
  '.npmrc': 'ignore-scripts=true\n',
  'index.mjs': 'export const one = 1;\n'.repeat(100),
  'params/pool.json': '{}',
  'params/schön.json': '',
};

/** A folder with the files above, written in the given order. */
function folder(name: string, order: readonly (keyof typeof FILES)[], atS = 1_700_000_000): string {
  const place = join(work, name);
  mkdirSync(join(place, 'params'), { recursive: true });
  for (const file of order) {
    writeFileSync(join(place, file), FILES[file]);
    utimesSync(join(place, file), atS, atS);
  }
  return place;
}

const NAMES = Object.keys(FILES) as (keyof typeof FILES)[];
const python = spawnSync('python3', ['--version']).status === 0 ? 'python3' : undefined;

describe('a folder as an archive', () => {
  it('is the same bytes whenever and in whatever order its files were written', () => {
    const here = zipFolder(folder('here', NAMES));
    expect(zipFolder(folder('there', NAMES.toReversed(), 1_500_000_000))).toEqual(here);
    expect(sha256Hex(here)).toBe('75aa5f3a84a09494f75f9374ea369ddb4c7dfced984c537a98f32acee9a5ec64');
  });

  it('is another when a byte differs', () => {
    const place = folder('changed', NAMES);
    const before = zipFolder(place);
    writeFileSync(join(place, 'index.mjs'), 'export const one = 2;\n');
    expect(zipFolder(place)).not.toEqual(before);
  });

  it.skipIf(python === undefined)(
    `is read by an unpacker that is not ours${python === undefined ? ' (skipped: no python3)' : ''}`,
    () => {
      const archive = join(work, 'a.zip');
      writeFileSync(archive, zipFolder(folder('unpacked', NAMES)));
      const out = join(work, 'out');
      const unpack =
        'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
      const { status, stderr } = spawnSync(python ?? '', ['-c', unpack, archive, out], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      for (const name of NAMES) expect([name, readFileSync(join(out, name), 'utf8')]).toEqual([name, FILES[name]]);
    },
  );
});

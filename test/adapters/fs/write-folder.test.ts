import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'livepool-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('writeFolder', () => {
  it('writes every file and leaves nothing else behind', () => {
    writeFolder(
      join(base, 'out'),
      new Map<string, string | Uint8Array>([
        ['a.json', '{}'],
        ['b.csv', new Uint8Array([1, 2])],
      ]),
    );
    expect(readdirSync(base)).toEqual(['out']);
    expect(readFileSync(join(base, 'out', 'a.json'), 'utf8')).toBe('{}');
    expect([...readFileSync(join(base, 'out', 'b.csv'))]).toEqual([1, 2]);
  });

  it('replaces whole files and keeps the others', () => {
    const out = join(base, 'out');
    writeFolder(
      out,
      new Map([
        ['a', '1'],
        ['b', '1'],
      ]),
    );
    writeFolder(out, new Map([['a', '2']]));
    expect(['a', 'b'].map((name) => readFileSync(join(out, name), 'utf8'))).toEqual(['2', '1']);
  });

  it('changes nothing when one file cannot be written', () => {
    const out = join(base, 'out');
    writeFolder(out, new Map([['a', 'old']]));
    const files = new Map<string, string>([
      ['a', 'new'],
      ['missing/b', 'new'],
    ]);
    expect(() => writeFolder(out, files)).toThrow(/cannot write/);
    expect(readFileSync(join(out, 'a'), 'utf8')).toBe('old');
    expect(readdirSync(base)).toEqual(['out']);
  });

  it('names the folder and the remedy when a file stands in the way', () => {
    writeFolder(base, new Map([['out', 'a file']]));
    expect(() => writeFolder(join(base, 'out'), new Map([['a', '1']]))).toThrow(
      expect.objectContaining({ code: 'OUTPUT_NOT_WRITABLE' }),
    );
    expect(existsSync(join(base, 'out'))).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder without write permission', () => {
    chmodSync(base, 0o500);
    expect(() => writeFolder(join(base, 'out'), new Map([['a', '1']]))).toThrow(/EACCES/);
    chmodSync(base, 0o700);
  });
});

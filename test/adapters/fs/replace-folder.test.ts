import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFolder } from '#shared/adapters/fs/replace-folder.ts';
import { utf8 } from '#shared/core/text-bytes.ts';

let base: string;
let out: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'livepool-'));
  out = join(base, 'tracks');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const tree = (files: Record<string, string>) => new Map(Object.entries(files).map(([path, text]) => [path, utf8(text)]));
const MARKER = 'index.csv';

describe('replaceFolder', () => {
  it('makes folders as deep as the paths ask and leaves nothing beside the target', () => {
    replaceFolder(out, tree({ 'a/v1/pool.json': '{}', 'index.csv': 'x' }), MARKER);
    expect(readdirSync(base)).toEqual(['tracks']);
    expect(readFileSync(join(out, 'a', 'v1', 'pool.json'), 'utf8')).toBe('{}');
  });

  it('removes what the new build has not', () => {
    replaceFolder(out, tree({ 'old/pool.json': '1', 'index.csv': 'old' }), MARKER);
    replaceFolder(out, tree({ 'new/pool.json': '2', 'index.csv': 'new' }), MARKER);
    expect(readdirSync(out).toSorted()).toEqual(['index.csv', 'new']);
    expect(readdirSync(base)).toEqual(['tracks']);
  });

  it('does not touch a folder that it did not make', () => {
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'years of work');
    expect(() => replaceFolder(out, tree({ 'index.csv': 'x' }), MARKER)).toThrow(
      expect.objectContaining({ code: 'OUTPUT_NOT_WRITABLE', message: expect.stringContaining('not empty') }),
    );
    expect(readdirSync(out)).toEqual(['thesis.txt']);
    expect(readdirSync(base)).toEqual(['tracks']);
  });

  it('takes an empty folder', () => {
    mkdirSync(out);
    replaceFolder(out, tree({ 'index.csv': 'x' }), MARKER);
    expect(readdirSync(out)).toEqual(['index.csv']);
  });

  it('keeps the old build when the new one cannot be written', () => {
    replaceFolder(out, tree({ 'index.csv': 'old' }), MARKER);
    expect(() => replaceFolder(out, tree({ a: 'a file', 'a/b': 'below a file', 'index.csv': 'new' }), MARKER)).toThrow(
      expect.objectContaining({ code: 'OUTPUT_NOT_WRITABLE' }),
    );
    expect(readFileSync(join(out, 'index.csv'), 'utf8')).toBe('old');
    expect(readdirSync(base)).toEqual(['tracks']);
  });

  it('restores the old build after a kill between the two renames, and goes on', () => {
    replaceFolder(out, tree({ 'index.csv': 'old' }), MARKER);
    renameSync(out, join(base, '.tracks.previous'));
    expect(() => replaceFolder(out, tree({ a: '', 'a/b': '' }), MARKER)).toThrow();
    expect(readFileSync(join(out, 'index.csv'), 'utf8')).toBe('old');
    replaceFolder(out, tree({ 'index.csv': 'new' }), MARKER);
    expect(readFileSync(join(out, 'index.csv'), 'utf8')).toBe('new');
    expect(existsSync(join(base, '.tracks.previous'))).toBe(false);
  });
});

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { releaseStatementSchema } from '#shared/contracts/release-statement.ts';
import { summaryDocumentSchema } from '#shared/contracts/summary-document.ts';
import { switchStatementSchema } from '#shared/contracts/switch-statement.ts';
import { ROOT } from '../architecture/source-tree.ts';
import { sampleFiles, textOf } from '../release/support/sample-a.ts';
import { CARELESS_READERS } from './careless-readers.ts';
import { resigned, setEverywhere } from './forge.ts';
import { reader, type TwoReleases, twoReleases } from './two-releases.ts';

const page = (name: string): string => readFileSync(join(ROOT, 'docs', 'contracts', name), 'utf8');
const READING = page('reading-a-release.md');
const SUMMARY = page('summary-document.md');
const ARTIFACTS = page('artifacts.md');

/** Cells of every table row of a page. */
const rowsOf = (text: string): string[][] =>
  [...text.matchAll(/^\| (.*) \|$/gm)].map((match) => (match[1] ?? '').split(' | ').map((cell) => cell.trim()));
const ticked = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

describe('the ten lines of reading-a-release.md', () => {
  type SignedPool = (summary: unknown, reader: { pinned: string; namespace: string; nowMs: number }) => unknown;
  const folder = mkdtempSync(join(tmpdir(), 'ten-lines-'));
  let signedPool: SignedPool;
  let world: TwoReleases;
  const trust = { pinned: reader.keys[0]?.spki ?? '', namespace: reader.namespace, nowMs: Date.parse(reader.now) };

  beforeAll(async () => {
    const code = /```js\n([\s\S]*?)```/.exec(READING)?.[1] ?? '';
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(16);
    const file = join(folder, 'ten-lines.mjs');
    writeFileSync(file, code);
    ({ signedPool } = (await import(pathToFileURL(file).href)) as { signedPool: SignedPool });
    world = await twoReleases();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('give the signed pool', () => {
    const { symbols, version } = world.new.summary;
    expect(signedPool(world.new.summary, trust)).toEqual({ symbols, version, publishSeq: 2 });
  });

  it('refuse what is not signed, for another environment, of another release, or not of today', async () => {
    const { summary } = world.new;
    const { release_statement, release_sig } = world.old.summary.signature;
    const other = { ...summary, signature: { ...summary.signature, release_statement, release_sig } };
    const unsigned = { ...summary, signature: { ...summary.signature, switch_sig: summary.signature.release_sig } };
    const early = await resigned(world.new, (draft) => setEverywhere(draft, 'expires_at', '2026-04-02T00:00:00Z'));
    expect(() => signedPool(unsigned, trust)).toThrow('switch statement: not signed');
    expect(() => signedPool(other, trust)).toThrow('something else');
    expect(() => signedPool(summary, { ...trust, namespace: 'prod:x/y' })).toThrow('something else');
    expect(() => signedPool(early.summary, trust)).toThrow('not of today');
    expect(() => signedPool(summary, { ...trust, nowMs: Date.parse('2026-03-12') })).toThrow('not of today');
  });

  it('the page counts its careless readers right, and its protocol lines are JSON', () => {
    expect(READING).toContain(`${CARELESS_READERS.length} copies`);
    const lines = (/```json\n([\s\S]*?)```/.exec(READING)?.[1] ?? '').trim().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual(['id', 'id', 'id']);
  });
});

describe('summary-document.md', () => {
  it('names every field of the document, and no other', () => {
    const tables = SUMMARY.slice(0, SUMMARY.indexOf('## The two statements'));
    const named = rowsOf(tables).flatMap(([field]) => ticked(field));
    expect([...named].sort()).toEqual(Object.keys(summaryDocumentSchema.shape).sort());
  });

  it('names every field of both statements', () => {
    const rows = rowsOf(SUMMARY.slice(SUMMARY.indexOf('## The two statements')));
    const fields = (start: string) => ticked(rows.find(([name = '']) => name.startsWith(start))?.[2]).sort();
    expect(fields('release:')).toEqual(Object.keys(releaseStatementSchema.shape).sort());
    expect(fields('switch:')).toEqual(Object.keys(switchStatementSchema.shape).sort());
  });
});

describe('artifacts.md', () => {
  const files = sampleFiles();
  const cells = (file: string, index: number): string[] =>
    rowsOf(ARTIFACTS)
      .filter(([name]) => name === `\`${file}\``)
      .map((row) => row[index] ?? '');

  it.each(RELEASE_FILES)('lists the keys of %s in their order', (file) => {
    const text = textOf(files, file);
    const keys = file.endsWith('.csv') ? text.split('\n')[0]?.split(',') : Object.keys(JSON.parse(text) as object);
    expect(ticked(cells(file, 1)[0])).toEqual(keys);
  });

  it.each(RELEASE_FILES)('has size and digest of %s', (file) => {
    const bytes = files.get(file) ?? new Uint8Array();
    expect(cells(file, 1).at(-1)).toBe(String(bytes.length));
    expect(ticked(cells(file, 2).at(-1))).toEqual([createHash('sha256').update(bytes).digest('hex')]);
  });
});

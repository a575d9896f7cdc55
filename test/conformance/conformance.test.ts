import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARELESS_READERS } from './careless-readers.ts';
import type { ConformanceCase, Repository } from './case.ts';
import { missOf, playTable } from './play-table.ts';
import { readerProcess } from './reader-process.ts';
import { conformanceTable } from './table.ts';

const VERIFIER = fileURLToPath(new URL('verifier.mjs', import.meta.url));
const REFERENCE = fileURLToPath(new URL('reference-reader.ts', import.meta.url));
/** Set to flip every bit instead of a sample: minutes instead of seconds. */
const isExhaustive = process.env.CONFORMANCE_EXHAUSTIVE !== undefined;
const source = readFileSync(VERIFIER, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
const rows: ConformanceCase[] = [];

beforeAll(async () => {
  for await (const row of conformanceTable()) rows.push(row);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the table', () => {
  it('has every kind of row, each once', () => {
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const count = (kind: RegExp, verdict: string) =>
      rows.filter(({ id, expected }) => kind.test(id) && expected.verdict === verdict).length;
    expect([count(/^mix: current/, 'rejected'), count(/^mix: current/, 'accepted')]).toEqual([30, 2]);
    expect([count(/^mix: versioned/, 'rejected'), count(/^mix: versioned/, 'accepted')]).toEqual([30, 2]);
    expect(rows.filter(({ id }) => !/^(mix|flip):/.test(id)).length).toBeGreaterThanOrEqual(60);
    const page = readFileSync(new URL('../../docs/contracts/reading-a-release.md', import.meta.url), 'utf8');
    expect(page).toContain(`| ${rows.length}: ${count(/./, 'accepted')} to accept, ${count(/./, 'rejected')} to reject |`);
    const families = rows.flatMap(({ expected }) => (expected.verdict === 'rejected' ? expected.families : []));
    expect(new Set(families).size).toBe(14);
  });
});

describe('the independent verifier', () => {
  it('imports nothing of ours and is at most 150 lines', () => {
    const imports = [...source.matchAll(/from '([^']+)'|import\(/g)].map((match) => match[1] ?? '');
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('gives the one right answer to every row', async () => {
    const { played, accepted, rejected, misses } = await playTable([process.execPath, VERIFIER], wholeTable());
    expect(misses).toEqual([]);
    console.log(`conformance: ${played} cases, ${accepted} accepted, ${rejected} rejected, 0 missed`);
  }, 3_600_000);

  it('answers the same from a folder', async () => {
    const reader = readerProcess([process.execPath, VERIFIER]);
    const plain = rows.filter(({ id, repository }) => /^(whole|mix|set|sequence|file):/.test(id) && isPlain(repository));
    for (const { id, want, state, repository, expected } of plain.filter((_, index) => index % 5 === 0)) {
      const base = mkdtempSync(join(folder, 'repository-'));
      for (const [name, what] of repository) {
        mkdirSync(dirname(join(base, name)), { recursive: true });
        if (what.kind === 'bytes') writeFileSync(join(base, name), what.bytes);
      }
      expect([id, missOf(expected, await reader.ask({ id, base, want, ...state }), false)]).toEqual([id, undefined]);
    }
    await reader.close();
  });
});

describe("the product's own reader", () => {
  it('gives the one right answer to every row', async () => {
    const { misses } = await playTable([process.execPath, REFERENCE], wholeTable(), { verdictsOnly: true });
    expect(misses).toEqual([]);
  }, 3_600_000);
});

describe('the table catches a reader that', () => {
  it.each(CARELESS_READERS)('forgets $forgets', async ({ find, replace, rows: kind }) => {
    expect(source.split(find).length).toBe(2);
    const careless = join(folder, 'careless.mjs');
    writeFileSync(
      careless,
      source.replace(find, () => replace),
    );
    const { played, misses } = await playTable([process.execPath, careless], streamed(rows.filter(({ id }) => kind.test(id))));
    expect(played).toBeGreaterThan(0);
    expect(misses.length).toBeGreaterThan(0);
  });
});

function wholeTable(): AsyncIterable<ConformanceCase> {
  return isExhaustive ? conformanceTable({ flipStep: 1 }) : streamed(rows);
}

async function* streamed(table: readonly ConformanceCase[]): AsyncGenerator<ConformanceCase> {
  yield* table;
}

function isPlain(repository: Repository): boolean {
  return [...repository.values()].every((what) => what.kind === 'bytes' && what.encoding === undefined);
}

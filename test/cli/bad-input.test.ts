import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syntheticMarket } from '../../scripts/bench/synthetic-market.ts';
import { candleCsv, writeCandleFiles } from './candle-files.ts';
import { livepool } from './run-livepool.ts';

// The catalogue of issue 2: each input ends in an error that names file, row and remedy, or in a note about what was left out;
// nothing half-written stays.
// Small, because what a file test shows does not depend on how the build ends; the last test builds a whole pool.
const market = syntheticMarket(3, 750);
const [btc, victim] = market.candles;
const base = mkdtempSync(join(tmpdir(), 'livepool-bad-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(base, String(count++));
  writeCandleFiles(join(folder, 'candles'), market.candles);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NAME = `${victim!.symbol}.csv`;
const TEXT = candleCsv(victim!);
const ROWS = TEXT.split('\n');

function withRow(line: number, change: (cells: string[]) => string[]): string {
  return ROWS.map((row, i) => (i === line - 1 ? change(row.split(',')).join(',') : row)).join('\n');
}

async function build(...more: string[]) {
  const args = [
    '--candles',
    join(folder, 'candles'),
    '--out',
    join(folder, 'out'),
    '--as-of',
    '2026-10-31',
    '--now',
    '2026-11-01T03:15:00Z',
  ];
  const result = await livepool(['pool', 'build', ...args, ...more], { cwd: folder });
  const out = existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : [];
  expect(out.length === 0 || out.includes('artifact_manifest.json'), 'all files or none').toBe(true);
  expect(readdirSync(folder).filter((name) => name.startsWith('.livepool-write'))).toEqual([]);
  expect(result.stderr).not.toMatch(/UNEXPECTED|stack:/);
  return { ...result, out };
}

describe('a bad candle file', () => {
  const cell = (line: number, column: number, value: string) => withRow(line, (cells) => cells.with(column, value));
  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty', '', /empty/],
    ['truncated', TEXT.slice(0, -40), /last line is not ended/],
    ['with a byte-order mark', `\uFEFF${TEXT}`, /BOM/],
    ['with CRLF', TEXT.replaceAll('\n', '\r\n'), /carriage return/],
    ['with quotes', TEXT.replace('date', '"date"'), /quote/],
    ['with a NaN close', cell(700, 4, 'NaN'), /line 700, close/],
    ['with a negative volume', cell(700, 5, '-1'), /line 700, volume/],
    ['with 1e308', cell(700, 2, '1e308'), /line 700, high/],
    ['with high below low', cell(700, 2, '0.0000001'), /line 700/],
    ['with a 29 February that is none', cell(700, 0, '2025-02-29'), /line 700, date/],
    ['with a date twice and other values', withRow(701, () => ROWS[699]!.split(',').with(5, '1.5')), /row_conflict/],
    ['with two rows swapped', ROWS.with(699, ROWS[700]!).with(700, ROWS[699]!).join('\n'), /row_order/],
    ['with a missing column', TEXT.replace('quote_volume', 'turnover'), /quote_volume/],
    ['with a formula', cell(700, 4, '=1+1'), /line 700, close/],
  ])('%s is named with its remedy, and left out or quarantined', async (_name, content, message) => {
    writeFileSync(join(folder, 'candles', NAME), content);
    const { exit, stderr } = await build();
    expect([0, 1]).toContain(exit);
    expect(stderr).toContain(NAME);
    expect(stderr).toMatch(message);
  });

  it('half a gzip file is named', async () => {
    rmSync(join(folder, 'candles', NAME));
    const whole = gzipSync(TEXT);
    writeFileSync(join(folder, 'candles', `${NAME}.gz`), whole.subarray(0, whole.length / 2));
    const { stderr } = await build();
    expect(stderr).toContain(`${NAME}.gz`);
  });

  it.each(['=CMD()USDT.csv', 'ВТСUSDT.csv', 'btcusdt2.csv'])('with the name %s is refused as a symbol', async (name) => {
    writeFileSync(join(folder, 'candles', name), TEXT);
    const { stderr } = await build();
    expect(stderr).toContain(name);
    expect(stderr).toMatch(/symbol_charset/);
  });
});

describe('a folder that cannot make a pool', () => {
  it.each<[string, () => void, RegExp]>([
    ['no folder', () => rmSync(join(folder, 'candles'), { recursive: true }), /candle folder/],
    ['no file', () => replaceAll([]), /holds no/],
    ['one symbol', () => replaceAll([victim!]), /BTCUSDT/],
    ['only the benchmark', () => replaceAll([btc!]), /pool_underfilled|INSUFFICIENT_TRAINING_ROWS|POOL/],
    ['no benchmark', () => rmSync(join(folder, 'candles', 'BTCUSDT.csv')), /benchmark_incomplete.*BTCUSDT/s],
    ['a stale benchmark', () => writeFileSync(join(folder, 'candles', 'BTCUSDT.csv'), staleBenchmark()), /BTCUSDT.*2026-10-2/s],
  ])('%s is refused with the reason', async (_name, prepare, message) => {
    prepare();
    const { exit, stderr, out } = await build();
    expect(exit).toBe(1);
    expect(stderr).toMatch(message);
    expect(out).toEqual([]);
  });

  function replaceAll(candles: typeof market.candles): void {
    rmSync(join(folder, 'candles'), { recursive: true });
    mkdirSync(join(folder, 'candles'));
    writeCandleFiles(join(folder, 'candles'), candles);
  }

  function staleBenchmark(): string {
    return `${candleCsv(btc!).trimEnd().split('\n').slice(0, -10).join('\n')}\n`;
  }
});

interface FindingOwner {
  readonly symbol: string;
  readonly findings: readonly object[];
}

describe('a good folder', () => {
  const whole = syntheticMarket(14, 1300);
  const replaceCandles = (candles: typeof whole.candles): void => {
    rmSync(join(folder, 'candles'), { recursive: true });
    writeCandleFiles(join(folder, 'candles'), candles);
  };
  const artifact = (out: string, name: string): Buffer => readFileSync(join(folder, out, name));

  /** The same rows in packed files, each with a row after as_of. */
  const packWithLaterRow = (name: string): void => {
    const file = join(folder, 'candles', name);
    const text = readFileSync(file, 'utf8');
    const later = text
      .trimEnd()
      .split('\n')
      .at(-1)!
      .replace(/^[^,]*/, '2026-11-01');
    writeFileSync(`${file}.gz`, gzipSync(`${text}${later}\n`));
    rmSync(file);
  };

  it('is built, verified, and gives the same bytes again from packed files in another order, with later rows, in another zone and locale', async () => {
    replaceCandles(whole.candles);
    const first = await build();
    expect(first.stderr).toBe('');
    expect(first.exit).toBe(0);
    replaceCandles(whole.candles.toReversed());
    for (const name of readdirSync(join(folder, 'candles'))) packWithLaterRow(name);
    const env = { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' };
    const args = ['--candles', 'candles', '--out', 'again', '--as-of', '2026-10-31', '--now', '2026-11-01T03:15:00Z'];
    expect((await livepool(['pool', 'build', ...args], { cwd: folder, env })).exit).toBe(0);
    for (const name of first.out.filter((file) => file !== 'evidence')) {
      expect(artifact('again', name), name).toEqual(artifact('out', name));
    }
    const verified = await livepool(['release', 'verify', 'again', '--json'], { cwd: folder });
    expect(verified.exit).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, profile: 'strict', errors: [] });

    const published = await livepool(['release', 'publish', 'again', '--env', 'local', '--json'], { cwd: folder });
    expect(published.exit).toBe(1);
    expect(JSON.parse(published.stdout)).toMatchObject({ refusals: [{ code: 'SOURCE_REVISION_UNKNOWN' }] });

    const file = join(folder, 'out', 'live_pool.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"pool_size": 5', '"pool_size": 6'));
    const damaged = await livepool(['release', 'verify', 'out', '--json'], { cwd: folder });
    expect(damaged.exit).toBe(1);
    const rules = new Set((JSON.parse(damaged.stdout) as { errors: { rule: string }[] }).errors.map(({ rule }) => rule));
    expect([...rules]).toEqual(['V09', 'V19', 'V20']);
  });

  it('with one bad row says in explain.json why the day is missing', async () => {
    replaceCandles(whole.candles);
    const { symbol } = whole.candles.find((series) => series.symbol !== 'BTCUSDT')!;
    const file = join(folder, 'candles', `${symbol}.csv`);
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[lines.length - 40] = lines[lines.length - 40]!.replace(/^([^,]*,[^,]*),[^,]*/, '$1,0.000001');
    writeFileSync(file, lines.join('\n'));
    const { exit, stderr } = await build();
    expect(exit).toBe(0);
    expect(stderr).toMatch(/row_quarantined: .*ohlc_inconsistent/);
    const run = JSON.parse(artifact('out', 'evidence/run_manifest.json').toString()) as object;
    expect(run).toMatchObject({ volume_scale: { factor: 1, origin: 'parameters' } });
    const explain = JSON.parse(artifact('out', 'evidence/explain.json').toString()) as Record<string, FindingOwner[]>;
    const owner = [...explain.selected!, ...explain.ranked!, ...explain.excluded!].find((entry) => entry.symbol === symbol);
    const date = lines[lines.length - 40]!.slice(0, 10);
    expect(owner?.findings).toContainEqual({
      date,
      code: 'ohlc_inconsistent',
      effect: 'day_dropped',
      field: 'high',
      observed: 1e-6,
    });
  });

  it('whose output is a file, or a read-only folder, is refused, naming it', async () => {
    replaceCandles(whole.candles);
    writeFileSync(join(folder, 'in-the-way'), 'a file');
    const result = await build('--out', join(folder, 'in-the-way'));
    expect(result.exit).toBe(1);
    expect(result.stderr).toMatch(/OUTPUT_NOT_WRITABLE.*in-the-way/s);
    expect(readFileSync(join(folder, 'in-the-way'), 'utf8')).toBe('a file');
    if (process.getuid?.() === 0) return; // root may write everywhere
    mkdirSync(join(folder, 'locked'), { mode: 0o500 });
    expect((await build('--out', join(folder, 'locked', 'out'))).stderr).toMatch(/OUTPUT_NOT_WRITABLE/);
    chmodSync(join(folder, 'locked'), 0o700);
  });
});

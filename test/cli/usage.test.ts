import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { livepool } from './run-livepool.ts';

const run = (...args: string[]) => livepool(args, { cwd: tmpdir() });

const MONTH = ['--from', '2026-10-01T00:00:00Z', '--to', '2026-11-01T00:00:00Z'];
const DUMP = ['cold', 'dump', '--table', 'ohlcv_1d', '--columns', 'close', ...MONTH];

describe('the command line', () => {
  it('lists its commands and exit codes, and every command has help', async () => {
    const top = await run('--help');
    expect(top.exit).toBe(0);
    expect(top.stdout).toMatch(/Exit codes of every command/);
    const leaf = await run('pool', 'build', '--help');
    expect(leaf.exit).toBe(0);
    expect(leaf.stdout).toMatch(/--candles <dir>/);
  });

  it('says its version, which is no option of a command', async () => {
    expect(await run('--version')).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    const asked = await run(
      'pool',
      'explain',
      'SOLUSDT',
      '--version',
      '2026-01-31-core_major',
      '--home',
      `${tmpdir()}/livepool-no-home`,
    );
    expect(asked.stderr).toMatch(/2026-01-31-core_major/);
  });

  it.each([
    [['pool', 'build'], /required option '--candles <dir>'/],
    [['pool', 'build', '--candles', 'x', '--out', 'y', '--as-of', '2026-02-30'], /existing date/],
    [['pool', 'run', '--now', '2026-11-01 03:15'], /UTC instant/],
    [['release', 'rollback', '2026-10-31-core_major'], /--reason/],
    [['pool', 'run', '--env', 'prod'], /Allowed choices are sample, local/],
    [['pool', 'run', '--run-id', 'x/y z'], /letters, digits/],
    [['nonsense'], /unknown command/],
    [['sim', '--port', '70000'], /port from 0 to 65535/],
    [['sim', '--symbols', 'B!'], /not a base asset/],
    [['sim', '--scenario', 'rain'], /calm, volatile/],
    [['pool', 'run', '--endpoint', 'notaurl'], /expected a URL/],
    [['pool', 'run', '--revision', '1.5'], /whole number from 1/],
    [[...DUMP, '--limit', '-3'], /whole number from 1/],
    [[...DUMP, '--symbol', 'a b'], /is not a symbol such as BTC-USDT/],
    [[...DUMP, '--output', 'xml'], /Allowed choices are ndjson, csv, table/],
  ])('answers %j with exit code 2 and the remedy', async (args, message) => {
    const { exit, stderr, stdout } = await run(...args);
    expect(exit).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });

  it('prints one JSON document under --json, also for a refusal', async () => {
    const { exit, stdout } = await run('pool', 'run', '--venue', 'binance', '--json');
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'VENUE_REFUSED', kind: 'terminal' } });
  });

  it('says so when a file stands where the home should be', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'livepool-home-')), 'file');
    await writeFile(file, '');
    const { exit, stderr } = await run('release', 'list', '--home', file);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^error STORE_REFUSED: .*a file stands in its place; choose another home with --home/);
  });

  it('names both ways on when a venue is not calibrated', async () => {
    const { exit, stderr } = await run('pool', 'run', '--venue', 'gate', '--home', `${tmpdir()}/livepool-uncalibrated`);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/pool calibrate/);
    expect(stderr).toMatch(/--volume-scale/);
  });
});

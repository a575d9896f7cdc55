import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type RegimeSnapshot, regimeSnapshotSchema } from '#shared/contracts/regime-snapshot.ts';
import { livepoolHere } from './in-process.ts';

const home = mkdtempSync(join(tmpdir(), 'livepool-regime-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Answer {
  readonly snapshot: RegimeSnapshot;
  readonly earlier: readonly RegimeSnapshot[];
}

const regime = async (...args: string[]) => livepoolHere('signal', 'regime', '--home', home, ...args);
const answer = async (...args: string[]): Promise<Answer> => JSON.parse((await regime('--json', ...args)).stdout) as Answer;

// One home; the steps build on each other.
describe('livepool signal regime on the sample exchange', () => {
  it('shows indicators, votes, the active regime, since when and how long it counts', async () => {
    const { exit, stdout } = await regime('--boundaries', '3');
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /^2026-11-01T00:00:00Z {2}sim {2}regime \w+ since 2026-10-31T\d\d:00:00Z, (not )?stable.*; valid until 2026-11-01T04:00:00Z\n/,
    );
    for (const name of ['realized_vol_7d', 'pct_above_20ma', 'breadth_thrust'])
      expect(stdout).toMatch(new RegExp(`\n${name} +-?\\d`));
    expect(stdout).toContain('votes: trending ');
    expect(stdout.split('\n').filter((line) => line.startsWith('2026-10-31T'))).toHaveLength(2);
  });

  it('tells the same as JSON, as it was judged before', async () => {
    const { snapshot, earlier } = await answer('--boundaries', '3');
    expect(regimeSnapshotSchema.parse(snapshot)).toMatchObject({ boundary: '2026-11-01T00:00:00Z', venue: 'sim' });
    expect(earlier.map(({ boundary }) => boundary)).toEqual(['2026-10-31T16:00:00Z', '2026-10-31T20:00:00Z']);
    expect(snapshot.history.map(({ boundary }) => boundary)).toEqual(earlier.map(({ boundary }) => boundary));
    expect((await answer('--boundaries', '1')).snapshot).toEqual(snapshot);
  });

  it('judges a boundary of the past', async () => {
    const { snapshot } = await answer('--boundaries', '1', '--as-of', '2026-10-30T23:59:59Z');
    expect(snapshot).toMatchObject({ boundary: '2026-10-30T20:00:00Z', method: 'first' });
  });

  it('moves on with the sample’s calendar', async () => {
    const { snapshot } = await answer('--boundaries', '1', '--now', '2026-11-01T04:05:00Z');
    expect(snapshot).toMatchObject({ boundary: '2026-11-01T04:00:00Z' });
    expect(snapshot.history).toHaveLength(3);
  });

  it('keeps a row of each boundary in the cold tier, once', async () => {
    const window = ['--from', '2026-10-30T00:00:00Z', '--to', '2026-11-02T00:00:00Z', '--columns', 'ts,venue,regime,raw_regime'];
    const { exit, stdout } = await livepoolHere('cold', 'dump', '--home', home, '--table', 'regime', ...window);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(exit).toBe(0);
    expect(rows.map(({ ts }) => new Date(Number(ts)).toISOString()).toSorted()).toEqual([
      '2026-10-30T20:00:00.000Z',
      '2026-10-31T16:00:00.000Z',
      '2026-10-31T20:00:00.000Z',
      '2026-11-01T00:00:00.000Z',
      '2026-11-01T04:00:00.000Z',
    ]);
    expect(rows[0]).toMatchObject({ venue: 'sim', raw_regime: expect.stringMatching(/^(trending|highvol|choppy|mixed)$/) });
  });

  it('refuses the future', async () => {
    const { exit, stderr } = await regime('--as-of', '2026-12-01T00:00:00Z');
    expect([exit, stderr]).toEqual([1, expect.stringContaining('INPUT_INVALID: 2026-12-01T00:00:00Z is not over yet')]);
  });
});

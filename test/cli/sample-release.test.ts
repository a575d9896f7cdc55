import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source-tree.ts';
import { OBJECTS } from './published-home.ts';
import { ended, livepool, startLivepool } from './run-livepool.ts';

const cwd = mkdtempSync(join(tmpdir(), 'livepool-sample-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface RunAnswer {
  readonly outcome: string;
  readonly version: string;
  readonly manifest_sha256: string;
}

const json = async (...args: string[]) => {
  const { exit, stdout } = await livepool([...args, '--json'], { cwd });
  return { exit, answer: JSON.parse(stdout) as RunAnswer & Record<string, unknown> };
};

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The checksum that the README shows for the first command. */
function readmeChecksum(): string {
  return /manifest sha256 ([0-9a-f]{64})/.exec(README)?.[1] ?? 'the README shows no checksum';
}

/** The output that the README shows for the first command. */
function readmeOutput(): string {
  return /and ends like this:\n\n```\n([\s\S]*?)```/.exec(README)?.[1] ?? 'the README shows no output';
}

// One home through the life of a release; the steps build on each other.
describe('the sample release', () => {
  it('stopped by Ctrl-C and killed while collecting, then run again in another zone and locale, is the one of the README', async () => {
    for (const [signal, afterLines] of [
      ['SIGINT', 3],
      ['SIGKILL', 5],
    ] as const) {
      const child = startLivepool(['pool', 'run'], { cwd });
      let lines = 0;
      child.stderr?.on('data', (chunk: Buffer) => {
        lines += chunk.toString().split('collecting:').length - 1;
        if (lines >= afterLines) child.kill(signal);
      });
      const { exit } = await ended(child);
      expect(exit).toBe(signal === 'SIGINT' ? 3 : null);
    }
    const env = { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' };
    const { exit, stdout } = await livepool(['pool', 'run'], { cwd, env });
    expect(exit).toBe(0);
    expect(stdout).toBe(readmeOutput());
  });

  it('verifies, is listed and explained', async () => {
    expect((await json('release', 'verify')).answer).toMatchObject({
      ok: true,
      committedVersion: '2026-10-31-core_major',
      mismatches: [],
    });
    expect((await json('release', 'list')).answer).toMatchObject({
      releases: [{ version: '2026-10-31-core_major', status: 'committed' }],
    });
    const { answer } = await json('release', 'show');
    const [first] = (answer.statement as { symbols: string[] }).symbols;
    expect((await json('pool', 'explain', first ?? '')).answer).toMatchObject({ symbol: first, rank: 1 });
    expect((await json('release', 'read')).answer).toMatchObject({
      state: 'fresh_upstream',
      mayEnter: true,
      symbols: expect.arrayContaining([first]),
    });
    expect((await json('pool', 'explain', 'USDCUSDT')).answer).toMatchObject({ stage: 'metadata' });
  });

  it('changes nothing when it is run again, and says so', async () => {
    expect((await json('pool', 'run')).answer).toMatchObject({ manifest_sha256: readmeChecksum(), publishSeq: 1 });
    const { stdout } = await livepool(['pool', 'run'], { cwd });
    expect(stdout).toBe(
      readmeOutput().replace(
        /\npublished .*/,
        (line) => `${line.replace('published', 'already published')}: nothing was changed`,
      ),
    );
  });

  it('asks for a person when it is run again over a damaged mirror, which recover then mends', async () => {
    rmSync(join(cwd, '.livepool', OBJECTS, 'current', 'live_pool.json'));
    const { exit, stderr } = await livepool(['pool', 'run'], { cwd });
    expect(exit).toBe(4);
    expect(stderr).toMatch(/AUDIT_MISMATCH: .*live_pool\.json is missing from the mirror/);
    expect(stderr).toMatch(/livepool release recover/);
    expect((await json('release', 'recover')).answer).toMatchObject({ ok: true, outcome: 'NO_OP', publishSeq: 1 });
    expect((await json('release', 'verify')).exit).toBe(0);
  });

  it('is followed by the next month, rolled back to, and left again', async () => {
    const next = await json('pool', 'run', '--now', '2026-12-01T03:15:00Z', '--approved-by', 'bob');
    expect(next.answer).toMatchObject({ outcome: 'COMMITTED', version: '2026-11-30-core_major', publishSeq: 2 });
    const people = ['--reason', 'a drill', '--by', 'ann', '--approved-by', 'bob'];
    expect((await json('release', 'rollback', '2026-10-31-core_major', ...people)).answer).toMatchObject({ publishSeq: 3 });
    const late = await json('pool', 'run', '--run-id', 'late-duplicate', '--approved-by', 'bob');
    expect(late).toMatchObject({ exit: 1, answer: { outcome: 'REFUSED', refusal: { code: 'SUPERSEDED' } } });
    expect((await json('release', 'restore', '2026-11-30-core_major', ...people)).answer).toMatchObject({ publishSeq: 4 });
    expect((await json('release', 'verify')).answer).toMatchObject({ ok: true, committedVersion: '2026-11-30-core_major' });
    const issued = ((await json('release', 'list')).answer.acts as { issued_at: string }[]).map((act) => act.issued_at);
    expect(issued).toEqual(issued.toSorted());
    expect(issued).toHaveLength(4);
    expect((await json('doctor')).answer).toMatchObject({ ok: true });
  });

  it('shows its candles and its quarantine', async () => {
    const window = ['--from', '2026-10-30T00:00:00Z', '--to', '2026-11-01T00:00:00.001Z'];
    const rows = await json(
      'cold',
      'dump',
      '--table',
      'ohlcv_1d',
      ...window,
      '--columns',
      'ts,symbol,close',
      '--symbol',
      'btc/usdt',
    );
    expect((rows.answer.rows as unknown[]).length).toBeGreaterThanOrEqual(2);
    const bad = await json(
      'cold',
      'dump',
      '--table',
      'quarantine',
      '--from',
      '2026-11-01T00:00:00Z',
      '--to',
      '2026-12-02T00:00:00Z',
      '--columns',
      'symbol,reason',
      '--allow-gaps',
    );
    expect((bad.answer.rows as unknown[]).length).toBeGreaterThan(0);
  });
});

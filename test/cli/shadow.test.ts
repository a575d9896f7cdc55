import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shadowInput, shadowParams } from '../shadow/shadow-world.ts';
import { writeCandleFiles } from './candle-files.ts';
import { ended, livepool, startLivepool } from './run-livepool.ts';

const base = mkdtempSync(join(tmpdir(), 'livepool-shadow-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const TRACKS = 'data/output/shadow_candidate_tracks';

/** A folder with a small market, parameters that fit it, and its tracks. */
function workspace(name: string): { readonly cwd: string; readonly args: readonly string[] } {
  const cwd = join(base, name);
  mkdirSync(cwd);
  const input = shadowInput();
  writeCandleFiles(join(cwd, 'candles'), input.candles);
  const params = shadowParams();
  writeFileSync(
    join(cwd, 'params.json'),
    JSON.stringify({ ...params, universe: { ...params.universe, volume_scale: { recorded: 1 } } }),
  );
  writeFileSync(join(cwd, 'tracks.json'), JSON.stringify(input.tracks));
  return { cwd, args: 'shadow build --candles candles --params params.json --tracks tracks.json'.split(' ') };
}

function filesBelow(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(names.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]));
}

describe('livepool shadow', () => {
  const { cwd, args } = workspace('history');
  let first: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const built = await livepool(args, { cwd, env: { TZ: 'America/St_Johns' } });
    expect(built.stderr).not.toMatch(/UNEXPECTED/);
    expect([built.exit, built.stdout]).toEqual([0, expect.stringMatching(/official_baseline +\d+ .*2023-02-24/)]);
    first = filesBelow(join(cwd, 'data'));
  });

  it('builds the same bytes again, in another time zone', async () => {
    const again = await livepool([...args, '--json'], { cwd, env: { TZ: 'Pacific/Kiritimati' } });
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, as_of: '2023-02-24' });
    expect(filesBelow(join(cwd, 'data'))).toEqual(first);
    expect(readdirSync(join(cwd, 'data', 'output')).toSorted()).toEqual(['shadow_candidate_tracks', 'shadow_releases']);
  });

  it('lists the tracks, and the releases of one', async () => {
    const tracks = JSON.parse((await livepool(['shadow', 'list', '--json'], { cwd })).stdout);
    expect(tracks.tracks.map(({ track_id }: { track_id: string }) => track_id)).toEqual([
      'official_baseline',
      'challenger_topk_6',
    ]);
    const text = (await livepool(['shadow', 'list', '--track', 'challenger_topk_6'], { cwd })).stdout;
    expect(text).toMatch(/2023-02-24 +2023-02-25/);
    const unknown = await livepool(['shadow', 'list', '--track', 'none'], { cwd });
    expect([unknown.exit, unknown.stderr]).toEqual([1, expect.stringContaining('there are official_baseline')]);
  });

  it('says what to do where nothing was built or collected', async () => {
    const list = await livepool(['shadow', 'list', '--out', 'elsewhere'], { cwd });
    expect([list.exit, list.stderr]).toEqual([1, expect.stringContaining('livepool shadow build')]);
    const build = await livepool(['shadow', 'build'], { cwd });
    expect(build.exit).toBe(1);
    expect(build.stderr).toMatch(/pool run|no home|nothing/);
    expect(existsSync(join(cwd, '.livepool'))).toBe(false);
  });

  it('names the universes that there are', async () => {
    const unknown = await livepool([...args, '--universe', 'everything'], { cwd });
    expect([unknown.exit, unknown.stderr]).toEqual([1, expect.stringContaining('there are small')]);
  });

  it('stopped half-way leaves the build before it whole', async () => {
    const other = workspace('stopped');
    const child = startLivepool(other.args, other);
    const stop = { sent: false };
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('scoring') && !stop.sent) stop.sent = child.kill('SIGINT');
    });
    const stopped = await ended(child);
    expect([stopped.exit, stopped.stderr]).toEqual([3, expect.stringContaining('INTERRUPTED')]);
    expect(stopped.stderr).toContain('SIGINT: stopping at the next safe point; the same command continues from there');
    expect(existsSync(join(other.cwd, TRACKS))).toBe(false);
    expect((await livepool(other.args, other)).exit).toBe(0);
    expect([...filesBelow(join(other.cwd, 'data')).values()]).toEqual([...first.values()]);
  });
});

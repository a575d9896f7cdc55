import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceFolder } from '#shared/adapters/fs/replace-folder.ts';
import { BUNDLE_FILES } from '#shared/contracts/release-reports.ts';
import { releaseObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { candidateTrackFiles } from '#shared/shadow/history-files.ts';
import { openHome } from '../../scripts/cli/home.ts';
import { flipped, overwrite } from '../release/support/foreign-writes.ts';
import { LAB_NOW_MS, publishInput, V3 } from '../release/support/release-lab.ts';
import { historyOf, shadowInput } from '../shadow/shadow-world.ts';
import { livepool } from './run-livepool.ts';

const cwd = mkdtempSync(join(tmpdir(), 'livepool-report-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function withHome<T>(work: (home: ReturnType<typeof openHome>) => Promise<T>): Promise<T> {
  const home = openHome({ home: join(cwd, '.livepool'), environment: 'sample', access: 'write' });
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

describe('livepool report', () => {
  beforeAll(() => {
    // The sample calendar of the day on which the lab's releases are fresh.
    mkdirSync(join(cwd, '.livepool', 'sample'), { recursive: true });
    const calendar = { now: new Date(LAB_NOW_MS).toISOString() };
    writeFileSync(join(cwd, '.livepool', 'sample', 'calendar.json'), `${JSON.stringify(calendar)}\n`);
    return withHome(async (home) => {
      const result = await publish(
        home.actDeps(() => undefined),
        publishInput(V3),
      );
      expect(result).toMatchObject({ outcome: 'COMMITTED' });
    });
  });

  it('prints the status, as text and as JSON, and writes it where asked', async () => {
    const text = await livepool(['report', 'status', '--out', 'status'], { cwd });
    expect([text.exit, text.stdout]).toEqual([0, expect.stringContaining(`Version: ${V3}`)]);
    expect(readdirSync(join(cwd, 'status')).toSorted()).toEqual(['release_status_summary.json', 'release_status_summary.md']);
    const json = JSON.parse((await livepool(['report', 'status', '--json'], { cwd })).stdout);
    expect(json).toMatchObject({ ok: true, status: 'warning', publish_summary: { publish_seq: 1, action: 'publish' } });
  });

  it('fails the monthly bundle without the shadow tables, and says how to make them', async () => {
    const failed = await livepool(['report', 'monthly'], { cwd });
    expect([failed.exit, failed.stderr]).toEqual([1, expect.stringContaining('livepool shadow build')]);
  });

  it('writes the whole bundle beside the tracks', async () => {
    const tracks = join(cwd, 'data', 'output', 'shadow_candidate_tracks');
    replaceFolder(tracks, candidateTrackFiles(historyOf(shadowInput())), 'track_summary.csv');
    const done = await livepool(['report', 'monthly'], { cwd });
    expect([done.exit, done.stdout]).toEqual([0, expect.stringContaining('official_baseline does not end at the release')]);
    const bundle = join(cwd, 'data', 'output', 'monthly_report_bundle');
    expect(readdirSync(bundle).toSorted()).toEqual([...BUNDLE_FILES].toSorted());
    const review = JSON.parse(readFileSync(join(bundle, 'monthly_review.json'), 'utf8'));
    expect(review).toMatchObject({ as_of_date: '2026-03-31', status: 'warning' });
  });

  it('is exit code 1 with the reasons when the release is damaged', async () => {
    await withHome(async (home) => {
      const name = releaseObject(home.readDeps().layout, V3, 'latest_ranking.csv');
      await overwrite(home, name, flipped((await home.objects.get(name))!.bytes));
    });
    const status = await livepool(['report', 'status', '--json'], { cwd });
    expect(status.exit).toBe(1);
    expect(JSON.parse(status.stdout).validation.errors.join('\n')).toContain('latest_ranking.csv');
  });
});

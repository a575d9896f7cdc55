import { describe, expect, it } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT, type ObjectStore } from '#shared/ports/object-store.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { isShadowed, storeHistory } from '#shared/shadow/store-history.ts';
import { CrashError, faultWire } from '../faults/fault-wire.ts';
import { faultyObjectStore } from '../faults/faulty-object-store.ts';
import { historyOf, shadowInput, shadowParams } from './shadow-world.ts';

const layout = releaseLayout();
const ROOT = `${layout.prefix}/shadow`;
const january = historyOf(shadowInput(shadowParams(), 396));
const february = historyOf(shadowInput());
const JANUARY = '2023-01-31-core_major';
const FEBRUARY = '2023-02-24-core_major';

async function contents(objects: ObjectStore): Promise<ReadonlyMap<string, string>> {
  const stats = await objects.list('');
  const entries = stats.map(async ({ name }) => [name, new TextDecoder().decode((await objects.get(name))!.bytes)] as const);
  return new Map(await Promise.all(entries));
}

describe('a history in a store', () => {
  it('grows month by month and never rewrites an object', async () => {
    const objects = memoryObjectStore();
    const first = await storeHistory({ objects, layout }, january, JANUARY);
    const before = await objects.list('');
    const second = await storeHistory({ objects, layout }, february, FEBRUARY);
    const after = new Map((await objects.list('')).map((stat) => [stat.name, stat.generation]));
    for (const { name, generation } of before) expect(after.get(name)).toBe(generation);
    expect(first.created).toHaveLength(january.tracks.reduce((sum, { releases }) => sum + releases.length, 0));
    expect(second).toEqual({
      created: [`official_baseline/${FEBRUARY}`, `challenger_topk_6/${FEBRUARY}`],
      kept: [],
    });
    const stored = await contents(objects);
    const index = stored.get(`${ROOT}/official_baseline/release_index/${FEBRUARY}.csv`)!;
    expect(index.trimEnd().split('\n')).toHaveLength(february.tracks[0]!.releases.length + 1);
    expect(stored.get(`${ROOT}/track_summary/${FEBRUARY}.csv`)).toContain(`../official_baseline/release_index/${FEBRUARY}.csv`);
  });

  it('is there once its summary is', async () => {
    const objects = memoryObjectStore();
    expect(await isShadowed({ objects, layout }, JANUARY)).toBe(false);
    await storeHistory({ objects, layout }, january, JANUARY);
    expect(await isShadowed({ objects, layout }, JANUARY)).toBe(true);
    expect(await isShadowed({ objects, layout }, FEBRUARY)).toBe(false);
    expect(await storeHistory({ objects, layout }, january, JANUARY)).toEqual({ created: [], kept: [] });
  });

  it('keeps what a track said once, and says so', async () => {
    const objects = memoryObjectStore();
    await storeHistory({ objects, layout }, january, JANUARY);
    const { manifest } = january.tracks[0]!.releases[0]!;
    const name = `${ROOT}/official_baseline/${manifest.version}/release_manifest.json`;
    const changed = (await contents(objects)).get(name)!;
    const other = memoryObjectStore();
    const put = { ifGenerationMatch: ABSENT, contentType: 'application/json' };
    const edited = changed.replace(`"regime": "${manifest.regime}"`, '"regime": "btc_dominant"');
    for (const [path, text] of await contents(objects)) {
      if (path.includes('/track_summary/') || path.includes('/release_index/')) continue;
      await other.put(path, utf8(path === name ? edited : text), put);
    }
    const outcome = await storeHistory({ objects: other, layout }, january, JANUARY);
    expect(outcome).toEqual({ created: [], kept: [`official_baseline/${manifest.version}`] });
    const index = (await contents(other)).get(`${ROOT}/official_baseline/release_index/${JANUARY}.csv`)!;
    expect(index.split('\n')[1]).toContain(',btc_dominant,');
  });

  it('lists the newest revision of a date, and keeps the others', async () => {
    const objects = memoryObjectStore();
    await storeHistory({ objects, layout }, january, JANUARY);
    const corrected = historyOf({ ...shadowInput(shadowParams(), 396), lastVersion: `${JANUARY}-r2` });
    expect((await storeHistory({ objects, layout }, corrected, `${JANUARY}-r2`)).created).toEqual([
      `official_baseline/${JANUARY}-r2`,
      `challenger_topk_6/${JANUARY}-r2`,
    ]);
    const stored = await contents(objects);
    const index = stored.get(`${ROOT}/official_baseline/release_index/${JANUARY}-r2.csv`)!;
    expect(index.trimEnd().split('\n').at(-1)!.startsWith(`${JANUARY}-r2,2023-01-31`)).toBe(true);
    expect(index).not.toContain(`${JANUARY},`);
    expect(stored.has(`${ROOT}/official_baseline/${JANUARY}/live_pool.json`)).toBe(true);
  });

  it('refuses to complete a release that a crash left half written with other content', async () => {
    const objects = memoryObjectStore();
    const name = `${ROOT}/official_baseline/${january.tracks[0]!.releases[0]!.version}/live_pool.json`;
    await objects.put(name, utf8('{}'), { ifGenerationMatch: ABSENT, contentType: 'application/json' });
    await expect(storeHistory({ objects, layout }, january, JANUARY)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  });

  it('is the same after a crash at any call and a second try', async () => {
    const small = { ...january, tracks: january.tracks.map((track) => ({ ...track, releases: track.releases.slice(-2) })) };
    const whole = memoryObjectStore();
    const wire = faultWire();
    const process = wire.process('p');
    await storeHistory({ objects: faultyObjectStore(whole, process), layout }, small, JANUARY);
    const expected = await contents(whole);
    const calls = process.callCount();
    expect(calls).toBeGreaterThan(20);
    for (let call = 0; call < calls; call++) {
      for (const effect of ['none', 'applied', 'delayed'] as const) {
        const objects = memoryObjectStore();
        const faults = faultWire();
        const dying = faultyObjectStore(objects, faults.process('p', [{ call, effect, outcome: 'crash' }]));
        await expect(storeHistory({ objects: dying, layout }, small, JANUARY)).rejects.toBeInstanceOf(CrashError);
        expect(await isShadowed({ objects, layout }, JANUARY), 'a summary without all it sums up').toBe(
          effect === 'applied' && call === calls - 1,
        );
        await storeHistory({ objects: faultyObjectStore(objects, faults.process('q')), layout }, small, JANUARY);
        await faults.flush();
        expect(await contents(objects)).toEqual(expected);
      }
    }
  });

  it('stops between two releases when its time is over', async () => {
    const objects = memoryObjectStore();
    const signal = AbortSignal.abort(new Error('over'));
    await expect(storeHistory({ objects, layout, signal }, january, JANUARY)).rejects.toThrow('over');
    expect(await objects.list('')).toEqual([]);
  });
});

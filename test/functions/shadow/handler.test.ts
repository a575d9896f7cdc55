import { describe, expect, it } from 'vitest';
import { parquetCandleCodec } from '#shared/adapters/parquet/candle-codec.ts';
import { driveSteps } from '#shared/adapters/system/drive-steps.ts';
import { TOPICS } from '#shared/contracts/names.ts';
import type { ShadowTracks } from '#shared/contracts/shadow-tracks.ts';
import { readReleaseIndex } from '#shared/shadow/read-tables.ts';
import { handleShadow } from '../../../functions/shadow/handler.ts';
import { marketParams } from '../../pipeline/small-market.ts';
import { stageLab } from '../../pipeline/stage-lab.ts';
import { shadowInput } from '../../shadow/shadow-world.ts';
import { contextOf, postOf } from '../run-context.ts';

const VERSION = '2022-09-30-core_major';
const params = { ...marketParams(), model: { ...marketParams().model, min_train_rows: 40 } };
const tracks: ShadowTracks = {
  ...shadowInput().tracks,
  walkforward: { test_dates: 30, step_dates: 15, aggregation: 'mean', trailing: 'every_started' },
};

/** A release that the chain has published, and `shadow` on the same stores. */
async function published() {
  const lab = stageLab(params);
  await lab.run('collect');
  for (const stage of ['score', 'build', 'publish'] as const) await lab.run(stage);
  const announced = lab.sent.findLast(({ topic }) => topic === TOPICS.published)!;
  const { objects, runs, layout, loaded } = lab;
  const bus = { publish: async (message: (typeof lab.sent)[number]): Promise<void> => void lab.sent.push(message) };
  const options = { params: loaded, tracks, actions: [], codec: parquetCandleCodec(), drive: driveSteps };
  const handle = handleShadow({ objects, runs, bus, layout }, options);
  const push = (data: object, context = contextOf('push@example.com')) => handle(pushOf(data), context);
  const shadowed = async () => (await objects.list(`${layout.prefix}/shadow/`)).map(({ name, generation }) => [name, generation]);
  return { lab, announced: announced.data, push, shadowed };
}

const pushOf = (data: object) =>
  postOf({
    message: { data: Buffer.from(JSON.stringify(data)).toString('base64'), messageId: '1' },
    subscription: 'projects/p/subscriptions/shadow',
  });

describe('shadow', () => {
  it('adds both tracks from the inputs that the run froze, once', async () => {
    const { lab, announced, push, shadowed } = await published();
    const before = await lab.state();
    expect(await push(announced)).toMatchObject({ kind: 'done', fields: { release_version: VERSION, kept: 0 } });
    const first = await shadowed();
    const names = first.map(([name]) => name);
    for (const track of ['official_baseline', 'challenger_topk_6']) {
      const root = `${lab.layout.prefix}/shadow/${track}`;
      expect(names).toContain(`${root}/${VERSION}/release_manifest.json`);
      const index = await lab.objects.get(`${root}/release_index/${VERSION}.csv`);
      const rows = readReleaseIndex(index!.bytes, 'release_index.csv');
      expect(rows.ok && rows.value.at(-1)).toMatchObject({ version: VERSION, activation_date: '2022-10-01', pool_size: 5 });
    }
    expect(names).toContain(`${lab.layout.prefix}/shadow/track_summary/${VERSION}.csv`);
    expect(await push(announced)).toMatchObject({ kind: 'duplicate' });
    expect(await shadowed()).toEqual(first);
    const { objects: after, ...rest } = await lab.state();
    const { objects: stood, ...documents } = before;
    expect(rest, 'no document changes').toEqual(documents);
    expect(after, 'no other object changes').toEqual(expect.arrayContaining([...stood]));
  });

  it('finds the inputs by the release, whoever announces it', async () => {
    const { announced, push } = await published();
    const other = { ...announced, run_key: 'manual:rollback-7', action: 'rollback', publish_seq: '9' };
    expect(await push(other)).toMatchObject({ kind: 'done' });
  });

  it('ends for a person when the frozen inputs are gone, and copies the message to the dead letters', async () => {
    const { lab, announced, push, shadowed } = await published();
    const raw = await lab.objects.list(`${lab.layout.prefix}/raw/`);
    for (const { name, generation } of raw) await lab.objects.delete(name, { ifGenerationMatch: generation });
    expect(await push(announced)).toMatchObject({ kind: 'terminal', refusals: [{ code: 'SHADOW_INPUTS_GONE' }] });
    expect(await shadowed()).toEqual([]);
    expect(lab.sent.at(-1)).toMatchObject({ topic: `${TOPICS.published}-dlq` });
    const unknown = { ...announced, version: '2022-08-31-core_major' };
    expect(await push(unknown)).toMatchObject({ kind: 'terminal', refusals: [{ code: 'SHADOW_INPUTS_GONE' }] });
  });

  it('stops when its time is over and goes on with the next delivery', async () => {
    const { announced, push, shadowed } = await published();
    const late = new AbortController();
    late.abort(new Error('the time is over'));
    await expect(push(announced, { ...contextOf('push@example.com'), signal: late.signal })).rejects.toThrow('time is over');
    expect(await shadowed()).toEqual([]);
    expect(await push(announced)).toMatchObject({ kind: 'done' });
  });

  it('acknowledges what is no announcement, with a copy for people', async () => {
    const { lab, push } = await published();
    expect(await push({ run_key: 'manual:x' })).toMatchObject({ kind: 'terminal', refusals: [{ code: 'MESSAGE_INVALID' }] });
    expect(lab.sent.at(-1)).toMatchObject({ topic: `${TOPICS.published}-dlq`, data: { run_key: 'manual:x' } });
  });
});

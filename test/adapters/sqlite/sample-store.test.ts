import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { sqliteSampleStore } from '#shared/adapters/sqlite/sample-store.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import { btcBar, oiSample } from '../../laws/sample-rows.ts';
import { sampleStoreLaws } from '../../laws/sample-store.ts';
import { startScript } from '../child-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Kills of the writing process; set LIVEPOOL_KILLS for a long run. */
const KILLS = Number(process.env.LIVEPOOL_KILLS ?? 3);

function open(file: string) {
  const store = sqliteSampleStore({ file });
  onTestFinished(() => store.close());
  return store;
}

sampleStoreLaws('sqliteSampleStore', () => open(path.join(temporaryFolder(), 'state', 'samples.sqlite')));

it('keeps rows after closing, one of two writers after the other, under the names that the spec gives its tables', async () => {
  const file = path.join(temporaryFolder(), 'samples.sqlite');
  const first = sqliteSampleStore({ file });
  const second = open(file);
  await first.append([oiSample(1_000)], [btcBar(0)]);
  await second.append([oiSample(1_000), oiSample(2_000)], [btcBar(0, { close: 10 })]);
  first.close();
  const db = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => db.close());
  expect(
    db.prepare('SELECT metric, venue, instrument, ts_event, value, revision FROM rest_samples ORDER BY ts_event').all(),
  ).toEqual(
    [1_000, 2_000].map((at) => {
      return { metric: 'oi', venue: 'gate', instrument: 'BTC-USDT.perp@gate', ts_event: at, value: at / 8, revision: 0 };
    }),
  );
  expect(db.prepare('SELECT minute, close, revision FROM ws_bars_1m ORDER BY revision').all()).toEqual([
    { minute: 0, close: 11, revision: 0 },
    { minute: 0, close: 10, revision: 1 },
  ]);
});

it('takes an append back whole when a row of it cannot be kept', async () => {
  const store = open(path.join(temporaryFolder(), 'samples.sqlite'));
  const broken = { ...oiSample(2_000), unit: null as unknown as string };
  await expect(store.append([oiSample(1_000), broken], [])).rejects.toThrow(/unit/);
  expect(await store.status()).toMatchObject({ samples: 0 });
  expect(await store.append([oiSample(1_000)], [])).toEqual({ kept: 1, known: 0 });
});

it(`has whole batches, and every one that was acknowledged, when its writer is killed ${KILLS} times`, {
  timeout: 60_000 + KILLS * 3_000,
}, async () => {
  const file = path.join(temporaryFolder(), 'samples.sqlite');
  const store = open(file);
  const random = seededRandom('sample kills');
  let batches = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = startScript('sqlite/append-samples.ts', [file, String(batches)]);
    await writer.waitForLines(1 + random.nextInt(4));
    await sleep(random.next() * 20);
    writer.kill();
    expect(await writer.ended()).toBeNull();
    const { samples, bars } = await store.status();
    expect(samples).toBe(20 * bars);
    const acknowledged = Number(writer.lines.at(-1));
    expect([acknowledged, acknowledged + 1]).toContain(bars);
    batches = bars;
  }
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBucket } from '#shared/adapters/gcp/open-bucket.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { currentObject, evidenceObject, logObject, releaseLayout, releaseObject, stagingObject } from '#shared/release/layout.ts';
import { type GcsServer, startGcsServer } from '../../gcs-server/server.ts';

const layout = releaseLayout();
const RETAINED = [
  releaseObject(layout, 'v', 'live_pool.json'),
  evidenceObject(layout, 'v', 'explain.json'),
  logObject(layout, 1),
];
const FREE = [currentObject(layout, 'live_pool.json'), stagingObject(layout, 'r', 'decision.json')];

let server: GcsServer;
beforeAll(async () => {
  server = await startGcsServer();
});
afterAll(() => server.stop());

async function retentions(days: number | undefined): Promise<readonly unknown[]> {
  const bucket = `retained-${days}`;
  const stored = server.createBucket(bucket);
  const timing = { clock: { ...systemClock(), nowMs: () => Date.parse('2026-11-01T00:00:00Z') }, random: systemRandom() };
  const objects = openBucket({ PIPELINE_STORAGE_ENDPOINT: server.endpoint, PIPELINE_RETENTION_DAYS: days }, bucket, timing);
  for (const name of [...RETAINED, ...FREE]) {
    expect(await objects.put(name, utf8('{}'), { ifGenerationMatch: ABSENT, contentType: 'application/json' })).toMatchObject({
      written: true,
    });
  }
  return [...RETAINED, ...FREE].map((name) => stored.require(name, undefined).writable.retention);
}

it('keeps what is retained for the days of the settings, and nothing else', async () => {
  const until = { mode: 'Unlocked', retainUntilTime: '2027-12-06T00:00:00.000Z' };
  expect(await retentions(400)).toEqual([until, until, until, undefined, undefined]);
});

it('keeps nothing without the setting', async () => {
  expect(await retentions(undefined)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

it('a retained object cannot be deleted, the mirror can', async () => {
  server.createBucket('kept', { versioning: false });
  const config = { PIPELINE_STORAGE_ENDPOINT: server.endpoint, PIPELINE_RETENTION_DAYS: 400 };
  const objects = openBucket(config, 'kept', { clock: systemClock(), random: systemRandom() });
  const deleted = async (name: string): Promise<boolean> => {
    await objects.put(name, utf8('{}'), { ifGenerationMatch: ABSENT, contentType: 'application/json' });
    const { generation } = (await objects.stat(name))!;
    return objects.delete(name, { ifGenerationMatch: generation });
  };
  for (const name of RETAINED) await expect(deleted(name)).rejects.toMatchObject({ code: 'STORE_REFUSED', kind: 'terminal' });
  for (const name of FREE) expect(await deleted(name)).toBe(true);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryLastKnownGood } from '#shared/adapters/memory/last-known-good.ts';
import { DOCUMENT_PATHS, JOBS } from '#shared/contracts/names.ts';
import { formatInstantZ } from '#shared/core/instant.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { readPool } from '#shared/release/reader/read-pool.ts';
import { requestEmulator } from '../emulators/request-emulator.ts';
import type { Fault } from '../gcs-server/faults.ts';
import { type Cloud, FUNCTIONS, type FunctionName, jsonBody, OPS, startCloud, until } from './cloud.ts';
import { buildInOneProcess } from './one-process.ts';
import { runKeyOf } from './push-service.ts';

const firestore = await requestEmulator('firestore');
const pubsub = await requestEmulator('pubsub');

const SLOTS = ['2026-10-31T03:15:00Z', '2026-11-01T03:15:00Z'] as const;
const KEYS = ['pool-monthly:20261031T031500Z', 'pool-monthly:20261101T031500Z'] as const;
const VERSIONS = ['2026-10-30-core_major', '2026-10-31-core_major'] as const;
/** Five minutes after the later slot. */
const NOW_MS = Date.parse(SLOTS[1]) + 300_000;

const ROLLBACK = {
  request_id: 'incident-7',
  action: 'rollback',
  target: VERSIONS[0],
  reason: 'bad data in the newest release',
  requested_by: 'ann@example.com',
};

/** Processes start and clients load on a machine that has other work to do. */
const SLOW = { timeout: 240_000 };

// One deployment through the life of two releases; the steps build on each other.
describe.skipIf(firestore.isAbsent || pubsub.isAbsent)(
  `the functions, each a process${firestore.note}${pubsub.note}`,
  SLOW,
  () => {
    let cloud: Cloud;
    beforeAll(async () => {
      cloud = await startCloud({ firestore: firestore.host, pubsub: pubsub.host }, NOW_MS);
      await Promise.all(FUNCTIONS.map((name) => cloud.functions[name].start()));
    }, 240_000);
    afterAll(() => cloud?.stop());

    /** The chain of a run is over: published, and the message that published it is acknowledged. */
    const isOver = (runKey: string) => async (): Promise<boolean> => {
      const run = await cloud.runs.get(DOCUMENT_PATHS.run(runKey));
      const last = cloud.push.deliveries.findLast((delivery) => delivery.stage === 'publish' && runKeyOf(delivery) === runKey);
      return run?.outcome === 'PUBLISHED' && last?.status === 204;
    };

    /** The release that a strategy would trade: pointer, signatures, files. */
    const read = async () => {
      const clock = { nowMs: cloud.nowMs, sleep: async () => {} };
      const deps = { trust: cloud.trust, clock, lastKnownGood: memoryLastKnownGood(), documents: cloud.documents };
      const { state, version, publishSeq } = await readPool(deps);
      const auditDeps = { ...cloud, clock, trustedKeys: cloud.trust.keys, namespace: cloud.trust.namespace };
      const audit = await auditRelease(auditDeps, { allReleases: true });
      return { state, version, publishSeq, mismatches: audit.mismatches };
    };

    /** Everything that lasts: objects with their generations, documents of both databases. */
    const world = async () => {
      const stats = await cloud.objects.list('');
      const collections = await Promise.all(
        ['strategy', 'head', 'releases', 'log', 'requests'].map((name) => cloud.documents.list(name)),
      );
      return {
        objects: stats.map(({ name, generation }) => [name, generation]),
        collections,
        runs: await cloud.runs.list('runs'),
      };
    };

    it('a schedule brings a release, and a reader believes it', async () => {
      expect(await cloud.schedule(SLOTS[0])).toBe(204);
      await until(cloud, 'the first release is published', isOver(KEYS[0]));
      expect(cloud.push.deliveries.map(({ stage, status }) => [stage, status])).toEqual([
        ['score', 204],
        ['build', 204],
        ['publish', 204],
      ]);
      expect(await read()).toEqual({ state: 'fresh_upstream', version: VERSIONS[0], publishSeq: 1, mismatches: [] });
    });

    it('a second delivery of every message changes nothing', async () => {
      const before = await world();
      const first = cloud.push.deliveries.slice();
      expect(await cloud.schedule(SLOTS[0])).toBe(204);
      for (const delivery of first) expect(await cloud.push.again(delivery)).toBe(204);
      // Each stage announced itself once more, so that more than the three come again.
      await until(cloud, 'the announcements of the second delivery arrived', () => cloud.push.deliveries.length >= 3 + 3 + 6);
      expect(cloud.push.deliveries.map(({ status }) => status)).toEqual(cloud.push.deliveries.map(() => 204));
      expect(await world()).toEqual(before);
    });

    it('strangers and bad requests stay outside', async () => {
      const body = jsonBody({ mode: 'core_major' });
      const status = async (...args: Parameters<Cloud['post']>) => (await cloud.post(...args)).status;
      expect(await status('score', body, {}, 'made.up.token')).toBe(401);
      expect(await status('score', body, {}, cloud.tokenOf('build'))).toBe(401);
      expect(await status('score', body, {}, cloud.tokenOf('score', 'mallory@example.com'))).toBe(403);
      expect(await status('score', body)).toBe(400);
      expect(await status('collect', body)).toBe(400);
      expect(await status('collect', body, { 'content-type': 'text/plain' })).toBe(400);
    });

    it('a message before its time is asked for again, and one that is none of ours goes to the dead letters', async () => {
      const pushed = (message: object) =>
        jsonBody({
          message: { data: Buffer.from(JSON.stringify(message)).toString('base64'), messageId: '1' },
          subscription: 'projects/p/subscriptions/s',
        });
      const early = { run_key: KEYS[1], stage: 'score', input_manifest_sha256: 'f'.repeat(64), trace: 'test' };
      const before = await world();
      expect((await cloud.post('build', pushed(early))).status).toBe(503);
      expect((await cloud.post('build', pushed({ ...early, run_key: KEYS[0] }))).status).toBe(200);
      expect(await cloud.deadLetter('pool-scored')).toEqual({ ...early, run_key: KEYS[0] });
      expect(await world()).toEqual(before);
    });

    /** Kills a function in the middle of a storage request, then starts it again. */
    const killAt = async (name: FunctionName, fault: Fault): Promise<void> => {
      const seen = cloud.storage.requests.length;
      cloud.storage.faults.add(fault);
      const isHit = () =>
        cloud.storage.requests.slice(seen).some((request) => request.operation === fault.on && request.name === fault.name);
      await until(cloud, `${name} comes to ${fault.on} ${fault.name}`, isHit);
      await cloud.functions[name].kill();
      await cloud.functions[name].start();
    };

    const at = (path: string): string => `${cloud.layout.prefix}/${path}`;

    it('every function killed midway, the same schedule ends in the bytes that one process makes', async () => {
      const [raw, staging] = [at(`raw/${KEYS[1]}`), at(`staging/${KEYS[1]}`)];
      const interrupted = cloud.schedule(SLOTS[1]).catch(() => 'cut');
      await killAt('collect', { kind: 'stall', on: 'insert', name: `${raw}/instruments.json` });
      expect(await interrupted).toBe('cut');
      const rest = (async () => {
        await killAt('score', { kind: 'stall', on: 'insert', name: `${staging}/explain.json` });
        await killAt('build', { kind: 'stall_after', on: 'insert', name: `${staging}/build_manifest.json` });
        await killAt('publish', { kind: 'stall', on: 'insert', name: at(`releases/${VERSIONS[1]}/live_pool.json`) });
        await killAt('publish', { kind: 'stall', on: 'rewrite', name: at('current/latest_ranking.csv') });
      })();
      expect(await cloud.schedule(SLOTS[1])).toBe(204);
      await rest;
      await until(cloud, 'the second release is published', isOver(KEYS[1]));
      expect(await read()).toMatchObject({ state: 'fresh_upstream', version: VERSIONS[1], mismatches: [] });
      const built = await buildInOneProcess(cloud, SLOTS[1]);
      for (const [name, bytes] of built) {
        const stored = await cloud.objects.get(at(`releases/${VERSIONS[1]}/${name}`));
        expect([name, sha256Hex(stored?.bytes ?? '')]).toEqual([name, sha256Hex(bytes)]);
      }
    });

    it('a rollback needs two people, moves back although it is killed midway, and happens once', async () => {
      expect((await cloud.post('rollback', jsonBody(ROLLBACK))).status).toBe(403);
      expect((await cloud.requestRollback({ ...ROLLBACK, requested_by: 'bob@example.com' })).status).toBe(403);
      expect((await cloud.requestRollback({ ...ROLLBACK, requested_by: OPS })).status).toBe(403);
      expect(await read()).toMatchObject({ version: VERSIONS[1] });
      const interrupted = cloud.requestRollback(ROLLBACK).catch(() => 'cut');
      await killAt('rollback', { kind: 'stall_after', on: 'rewrite', name: at('current/live_pool.json') });
      expect(await interrupted).toBe('cut');
      const done = await cloud.requestRollback(ROLLBACK);
      expect([done.status, done.headers.get('livepool-version')]).toEqual([204, VERSIONS[0]]);
      const after = await read();
      expect(after).toMatchObject({ version: VERSIONS[0], mismatches: [] });
      const again = await cloud.requestRollback(ROLLBACK);
      expect(again.headers.get('livepool-publish-seq')).toBe(String(after.publishSeq));
      expect(await read()).toEqual(after);
    });

    it('the condemned release does not come back by a late delivery', async () => {
      const before = await read();
      const late = cloud.push.deliveries.filter(({ stage }) => stage === 'publish').at(-1)!;
      expect(await cloud.push.again(late)).toBe(204);
      expect(await cloud.schedule(SLOTS[1])).toBe(204);
      expect(await read()).toEqual(before);
    });

    it('a daily refresh collects once, and starts no stage', async () => {
      const [slot, runKey] = ['2026-11-01T01:30:00Z', 'collect-daily:20261101T013000Z'];
      const before = await read();
      for (const _delivery of [1, 2]) expect(await cloud.schedule(slot, JOBS.collectDaily, { purpose: 'refresh' })).toBe(204);
      expect(await cloud.runs.get(DOCUMENT_PATHS.run(runKey))).toMatchObject({ as_of: '2026-10-31', outcome: 'NO_OP' });
      const last = cloud.functions.collect.lines.at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({ event: 'request.done', outcome: 'duplicate', run_key: runKey });
      // What is announced later arrives later: when this has come, the refresh has announced nothing.
      const seen = cloud.push.deliveries.length;
      expect(await cloud.schedule(SLOTS[1])).toBe(204);
      await until(cloud, 'a later announcement arrived', () => cloud.push.deliveries.length > seen);
      expect(cloud.push.deliveries.filter((delivery) => runKeyOf(delivery) === runKey)).toEqual([]);
      expect(await read()).toEqual(before);
    });

    it('every line that was logged is one JSON object with an event, and names no token', () => {
      for (const name of FUNCTIONS) {
        const lines = cloud.functions[name].lines.filter((line) => line.startsWith('{'));
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) {
          const { event, severity, time } = JSON.parse(line) as Record<string, string>;
          expect([typeof event, typeof severity, typeof time]).toEqual(['string', 'string', 'string']);
          expect(line).not.toMatch(/eyJ[A-Za-z0-9_-]{10}/);
        }
      }
      expect(formatInstantZ(cloud.nowMs()).slice(0, 10)).toBe('2026-11-01');
    });
  },
);

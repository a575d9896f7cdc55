import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FirestoreDocumentStore, firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { livepool } from '../cli/run-livepool.ts';
import { freshProject, requestEmulator } from '../emulators/request-emulator.ts';
import { type GcsServer, startGcsServer } from '../gcs-server/server.ts';
import {
  depsOver,
  LAB_NOW_MS,
  publishInput,
  restlessClock,
  type Stores,
  signerOne,
  signerTwo,
  V2,
  V3,
} from '../release/support/release-lab.ts';
import { type StackStandIn, startStackStandIn } from './stack-stand-in.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly found: string; readonly remedy?: string }[];
}

const firestore = await requestEmulator('firestore');

describe.skipIf(firestore.isAbsent)(`livepool doctor --profile gcp${firestore.note}`, () => {
  const project = freshProject();
  const cwd = mkdtempSync(join(tmpdir(), 'livepool-doctor-'));
  let storage: GcsServer;
  let standIn: StackStandIn;
  let databases: FirestoreDocumentStore[];
  let stores: Stores;

  beforeAll(async () => {
    storage = await startGcsServer();
    storage.createBucket('bucket', { versioning: true });
    standIn = await startStackStandIn(storage.endpoint);
    const timing = { clock: systemClock(), random: systemRandom() };
    const open = (databaseId: string) =>
      firestoreDocumentStore({ projectId: project, databaseId, emulatorHost: firestore.host, ...timing });
    const [documents, runs] = [open('(default)'), open('pipeline')];
    databases = [documents, runs];
    stores = { objects: gcsObjectStore({ bucket: 'bucket', apiEndpoint: storage.endpoint, ...timing }), documents };
    for (const version of [V2, V3]) {
      const deps = { ...depsOver(stores, { clock: restlessClock(LAB_NOW_MS) }), runs };
      expect(await publish(deps, publishInput(version))).toMatchObject({ outcome: 'COMMITTED' });
    }
  });
  afterAll(async () => {
    await Promise.all([...databases.map((database) => database.close()), standIn.stop(), storage.stop()]);
    rmSync(cwd, { recursive: true, force: true });
  });

  async function examine(own: Record<string, string> = {}): Promise<Report & { readonly exit: number | null }> {
    const env = {
      PIPELINE_PROJECT: project,
      PIPELINE_ENVIRONMENT: 'dev',
      PIPELINE_BUCKET: 'bucket',
      PIPELINE_SIGNING_KEY: 'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
      PIPELINE_TRUSTED_KEYS: Buffer.from(signerOne.publicKeyDer).toString('base64'),
      PIPELINE_STORAGE_ENDPOINT: standIn.endpoint,
      PIPELINE_FIRESTORE_HOST: firestore.host,
      ...own,
    };
    const { exit, stdout } = await livepool(['doctor', '--profile', 'gcp', '--json'], { cwd, env });
    return { exit, ...(JSON.parse(stdout) as Report) };
  }

  const of = (report: Report, name: string) => report.checks.filter((check) => check.name === name);

  it('finds a whole stack whole, and says that its last run is missing and its pool old', async () => {
    const report = await examine();
    expect(report).toMatchObject({ exit: 0, ok: true });
    expect(of(report, 'clock')).toMatchObject([{ state: 'ok' }]);
    expect(of(report, 'rights')).toMatchObject([
      { state: 'ok', found: expect.stringMatching(/releases\/.*exchange keys, signing key/) },
    ]);
    expect(of(report, 'run')).toMatchObject([
      { state: 'warning', found: expect.stringMatching(/^there is no run pool-monthly:/) },
    ]);
    expect(of(report, 'release')).toMatchObject([
      { state: 'warning', found: expect.stringMatching(new RegExp(`^${V3}, \\d+ days old`)) },
    ]);
  });

  it('finds each thing that is wrong at once, with what to do', async () => {
    const name = `crypto-live-pool-pipelines/current/live_pool.json`;
    const { generation } = (await stores.objects.stat(name))!;
    await stores.objects.put(name, utf8('{}'), { ifGenerationMatch: generation, contentType: 'application/json' });
    standIn.granted.add('secretmanager.versions.access');
    standIn.granted.delete('storage.objects.list');
    standIn.clockOffsetMs = 90_000;
    const report = await examine();
    expect(report).toMatchObject({ exit: 4, ok: false });
    expect(of(report, 'clock')).toMatchObject([{ state: 'failed', remedy: expect.stringMatching(/NTP/) }]);
    const rights = of(report, 'rights').map(({ state, found }) => `${state} ${found}`);
    expect(rights).toContain('failed releases/ lacks storage.objects.list');
    expect(rights).toContain('warning exchange keys gives whoever looks secretmanager.versions.access');
    expect(of(report, 'release')[0]).toMatchObject({
      state: 'failed',
      found: expect.stringMatching(/live_pool.json/),
      remedy: 'livepool release recover',
    });
  });

  it('trusts nothing that a stranger signed', async () => {
    const report = await examine({ PIPELINE_TRUSTED_KEYS: Buffer.from(signerTwo.publicKeyDer).toString('base64') });
    expect(report.exit).toBe(4);
    expect(of(report, 'release').some(({ state, found }) => state === 'failed' && found.startsWith('SIGNATURE_INVALID'))).toBe(
      true,
    );
  });

  it('names every setting that is missing', async () => {
    const { exit, stdout } = await livepool(['doctor', '--profile', 'gcp', '--json'], {
      cwd,
      env: { PIPELINE_PROJECT: project },
    });
    const report = JSON.parse(stdout) as Report;
    expect(exit).toBe(4);
    const settings = of(report, 'settings');
    expect(settings.map(({ found }) => found.split(':')[0])).toEqual([
      'PIPELINE_ENVIRONMENT',
      'PIPELINE_BUCKET',
      'PIPELINE_TRUSTED_KEYS',
    ]);
    expect(settings.every(({ remedy }) => remedy?.includes('pulumi stack output doctorSettings'))).toBe(true);
  });
});

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { TOPICS } from '#shared/contracts/names.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { syntheticMarket } from '../../scripts/bench/synthetic-market.ts';
import { cloudSettings } from '../../scripts/cli/cloud-settings.ts';
import { openCloudSite } from '../../scripts/cli/cloud-site.ts';
import { loadedBy } from '../adapters/gcp/loaded-packages.ts';
import { type KmsStandIn, startKms } from '../emulators/kms-server.ts';
import { freshProject, requestEmulator } from '../emulators/request-emulator.ts';
import { type GcsServer, startGcsServer } from '../gcs-server/server.ts';
import type { StoredBucket } from '../gcs-server/stored-bucket.ts';
import { LAB_NOW_MS, publishInput, restlessClock, V2, V3 } from '../release/support/release-lab.ts';
import { writeCandleFiles } from './candle-files.ts';
import { livepoolHere } from './in-process.ts';
import { livepool } from './run-livepool.ts';

const HOUR_MS = 3_600_000;
const BUCKET = 'pool-cli';
const RELEASES = 'crypto-live-pool-pipelines/releases';
const KEY_VERSION = 'projects/p/locations/l/keyRings/r/cryptoKeys/manifest/cryptoKeyVersions/1';
const TWO_PEOPLE = ['--reason', 'bad data', '--by', 'ada', '--approved-by', 'bob'];
const NOTHING = { profile: 'gcp', env: undefined, project: undefined, bucket: undefined } as const;
const NO_KEYS = { signingKey: undefined, trustedKeys: undefined };

describe('the settings of a deployment', () => {
  const read = (env: Record<string, string>, access: 'read' | 'write' = 'read') =>
    cloudSettings({ home: '.livepool', ...NOTHING, ...NO_KEYS }, access, env);

  it('that are missing are all named at once, with the option that gives them', async () => {
    const { exit, stderr, stdout } = await livepoolHere('release', 'list', '--profile', 'gcp');
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error SETTINGS_INVALID/);
    expect(stderr).toMatch(/PIPELINE_PROJECT: is missing \(--project\)\n/);
    expect(stderr).toMatch(/PIPELINE_ENVIRONMENT: is missing \(--env\)\n/);
    expect(stderr).toMatch(/PIPELINE_BUCKET: is missing \(--bucket\)\n/);
    expect(stderr).toMatch(/PIPELINE_TRUSTED_KEYS: is missing/);
  });

  const PLACE = { PIPELINE_PROJECT: 'p', PIPELINE_ENVIRONMENT: 'prod', PIPELINE_BUCKET: 'b' };
  const SIGNS = { ...PLACE, PIPELINE_SIGNING_KEY: KEY_VERSION };

  it('may be those of a whole function, but hold no mistake', () => {
    expect(read({ ...SIGNS, PIPELINE_TIMEOUT_S: '60', PIPELINE_AUDIENCE: 'x' })).toMatchObject(SIGNS);
    expect(() => read({ ...SIGNS, PIPELINE_BUKET: 'b' })).toThrow(/PIPELINE_BUKET: is no setting/);
    expect(() => read({ ...SIGNS, PIPELINE_KMS_ENDPOINT: 'http://127.0.0.1:1' })).toThrow(/must not be set in prod/);
  });

  it('must name the key that signs for an act; pinned keys are enough to read', () => {
    const pinned = { ...PLACE, PIPELINE_TRUSTED_KEYS: 'A'.repeat(44) };
    expect(read(pinned)).not.toHaveProperty('PIPELINE_SIGNING_KEY');
    expect(() => read(pinned, 'write')).toThrow(/PIPELINE_SIGNING_KEY: is missing \(--signing-key\)/);
  });
});

it('commands on this machine load nothing of Google, and know no other environment', async () => {
  const home = join(tmpdir(), 'livepool-no-such-home');
  const script = (...args: string[]) => `
    const { write } = process.stdout;
    process.stdout.write = process.stderr.write = () => true;
    const { runCli } = await import('./scripts/cli/run.ts');
    for (const command of ['list', 'show', 'verify', 'read']) await runCli(['release', command, ...${JSON.stringify(args)}]);
    process.stdout.write = write;`;
  expect(loadedBy(script('--home', home))).toEqual([]);
  expect(await livepoolHere('release', 'list', '--env', 'prod', '--home', home)).toMatchObject({
    exit: 2,
    stderr: expect.stringMatching(/--env is sample or local, or add --profile gcp/),
  });
  expect(await livepoolHere('release', 'list', '--bucket', BUCKET, '--home', home)).toMatchObject({
    exit: 2,
    stderr: expect.stringMatching(/add --profile gcp/),
  });
  const target = await livepoolHere('release', 'verify', `gs://${BUCKET}/x`, '--home', home);
  expect(target).toMatchObject({ exit: 2, stderr: expect.stringMatching(/--profile gcp/) });
});

const firestore = await requestEmulator('firestore');
const pubsub = await requestEmulator('pubsub');

describe.skipIf(firestore.isAbsent || pubsub.isAbsent)(`a deployment${firestore.note}${pubsub.note}`, () => {
  let storage: GcsServer;
  let bucket: StoredBucket;
  let kms: KmsStandIn;
  let publicKey: KeyObject;
  const home = mkdtempSync(join(tmpdir(), 'livepool-gcp-'));
  const project = freshProject();
  const place = ['--profile', 'gcp', '--project', project, '--env', 'cli', '--bucket', BUCKET, '--home', home];
  const signing = [...place, '--signing-key', KEY_VERSION];
  const pinned = [...place, '--trusted-keys', home];
  const json = (text: string): unknown => JSON.parse(text);

  beforeAll(async () => {
    const pair = generateKeyPairSync('ed25519');
    publicKey = pair.publicKey;
    writeFileSync(join(home, 'signer.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    storage = await startGcsServer();
    bucket = storage.createBucket(BUCKET);
    kms = await startKms(new Map([[KEY_VERSION, { algorithm: 'EC_SIGN_ED25519', privateKey: pair.privateKey }]]));
    await createTopics(project);
    const options = { home, project, env: 'cli', bucket: BUCKET, signingKey: KEY_VERSION, trustedKeys: undefined };
    const site = await openCloudSite(cloudSettings({ profile: 'gcp', ...options }, 'write', standIns()), {
      ...options,
      access: 'write',
    });
    const deps = { ...site.actDeps(() => undefined), clock: restlessClock() };
    await publish(deps, publishInput(V2));
    await publish(deps, publishInput(V3, { twist: 1 }));
    await site.close();
  });

  const createTopics = async (projectId: string): Promise<void> => {
    const topics = new PubSub({ projectId, apiEndpoint: pubsub.host, emulatorMode: true, auth: await emulatorAuth() });
    await Promise.all(Object.values(TOPICS).map((topic) => topics.createTopic(topic)));
    await topics.close();
  };

  const standIns = (): Record<string, string> => ({
    PIPELINE_STORAGE_ENDPOINT: storage.endpoint,
    PIPELINE_FIRESTORE_HOST: firestore.host,
    PIPELINE_PUBSUB_HOST: pubsub.host,
    PIPELINE_KMS_ENDPOINT: kms.endpoint,
  });

  beforeEach(() => {
    for (const [name, value] of Object.entries(standIns())) vi.stubEnv(name, value);
    // The releases of the lab are a few days old at this time, whenever the test runs.
    vi.useFakeTimers({ now: LAB_NOW_MS + HOUR_MS, toFake: ['Date'] });
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });

  afterAll(async () => {
    await Promise.all([storage.stop(), kms.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  it('is shown, listed, read and verified with a pinned key and no right to sign', async () => {
    const askedBefore = kms.tokens.length;
    const shown = await livepoolHere('release', 'show', ...pinned, '--json');
    expect(shown).toMatchObject({ exit: 0, stderr: '' });
    expect(json(shown.stdout)).toMatchObject({ environment: 'cli', release: { version: V3, status: 'committed' } });
    const listed = await livepoolHere('release', 'list', ...pinned, '--json');
    expect(json(listed.stdout)).toMatchObject({ acts: [{ action: 'publish' }, { action: 'publish' }], chain_mismatches: [] });
    const read = await livepoolHere('release', 'read', ...pinned, '--json');
    expect(json(read.stdout)).toMatchObject({ state: 'fresh_upstream', version: V3 });
    const audited = await livepoolHere('release', 'verify', ...pinned, '--signing-key', KEY_VERSION);
    expect(audited).toMatchObject({ exit: 0, stdout: expect.stringMatching(`ok cli: ${V3} \\(act 2\\)`) });
    expect(kms.tokens).toHaveLength(askedBefore);
  });

  it('lets a process of its own end by itself', async () => {
    const listed = await livepool(['release', 'list', ...signing], { cwd: home, env: standIns() });
    expect(listed).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringMatching(/^environment cli/) });
  });

  it('verifies a version, its address, and the mirror below another one', async () => {
    for (const target of [V3, `gs://${BUCKET}/${RELEASES}/${V3}/`]) {
      const { exit, stdout } = await livepoolHere('release', 'verify', target, ...pinned, '--json');
      expect(exit).toBe(0);
      expect(json(stdout)).toMatchObject({ ok: true, signature: 'verified', version: V3 });
    }
    const mirror = `gs://${BUCKET}/crypto-live-pool-pipelines/current`;
    const { stdout } = await livepoolHere('release', 'verify', mirror, ...pinned, '--json');
    expect(json(stdout)).toMatchObject({ ok: true, signature: 'absent', version: V3 });
    const nothing = await livepoolHere('release', 'verify', `gs://${BUCKET}/nothing/there`, ...pinned);
    expect(nothing.exit).toBe(1);
    const malformed = await livepoolHere('release', 'verify', 'gs://', ...pinned);
    expect(malformed).toMatchObject({ exit: 1, stderr: expect.stringMatching(/^error INPUT_INVALID/) });
  });

  it('takes a folder of `pool build`, once its commit is known', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-01T03:20:00Z'), toFake: ['Date'] });
    const other = freshProject();
    await createTopics(other);
    storage.createBucket('pool-published');
    const there = ['--profile', 'gcp', '--project', other, '--env', 'cli', '--bucket', 'pool-published', '--home', home];
    writeCandleFiles(join(home, 'candles'), syntheticMarket(14, 1300).candles);
    const build = ['--candles', join(home, 'candles'), '--as-of', '2026-10-31', '--now', '2026-11-01T03:15:00Z'];
    const [unknown, known] = [join(home, 'unknown'), join(home, 'known')];
    expect(await livepoolHere('pool', 'build', ...build, '--out', unknown)).toMatchObject({ exit: 0 });
    expect(await livepoolHere('pool', 'build', ...build, '--out', known, '--source-revision', 'c'.repeat(40))).toMatchObject({
      exit: 0,
    });
    const act = [...there, '--signing-key', KEY_VERSION, '--json'];
    const refused = await livepoolHere('release', 'publish', unknown, ...act);
    expect(json(refused.stdout)).toMatchObject({ refusals: [{ code: 'SOURCE_REVISION_UNKNOWN' }] });
    expect(await livepoolHere('release', 'publish', known, ...act, '--dry-run')).toMatchObject({ exit: 0 });
    const published = await livepoolHere('release', 'publish', known, ...act);
    expect(published).toMatchObject({ exit: 0 });
    const read = await livepoolHere('release', 'read', ...there, '--trusted-keys', home, '--json');
    expect(json(read.stdout)).toMatchObject({ state: 'fresh_upstream', version: '2026-10-31-core_major' });
  });

  it('trusts nobody else: another pinned key verifies nothing', async () => {
    const keys = mkdtempSync(join(tmpdir(), 'livepool-keys-'));
    const stranger = generateKeyPairSync('ed25519').publicKey;
    writeFileSync(join(keys, 'stranger.pem'), stranger.export({ type: 'spki', format: 'pem' }));
    const { exit, stderr } = await livepoolHere('release', 'verify', ...place, '--trusted-keys', keys);
    rmSync(keys, { recursive: true });
    expect(exit).toBe(4);
    expect(stderr).toMatch(/SIGNATURE_INVALID/);
  });

  it('is held, rolled back by two people, and restored', async () => {
    const writesBefore = storage.requests.filter(({ operation }) => operation === 'insert').length;
    const planned = await livepoolHere('release', 'rollback', V2, ...TWO_PEOPLE, ...pinned, '--dry-run', '--json');
    expect(planned.exit).toBe(0);
    expect(json(planned.stdout)).toMatchObject({ ok: true, dry_run: true });
    expect(storage.requests.filter(({ operation }) => operation === 'insert')).toHaveLength(writesBefore);

    const unsigned = await livepoolHere('release', 'rollback', V2, ...TWO_PEOPLE, ...pinned);
    expect(unsigned).toMatchObject({ exit: 2, stderr: expect.stringMatching(/PIPELINE_SIGNING_KEY: is missing/) });
    const alone = ['--reason', 'bad data', '--by', 'ada', '--approved-by', 'ada'];
    const refused = await livepoolHere('release', 'rollback', V2, ...alone, ...signing);
    expect(refused).toMatchObject({ exit: 1, stderr: expect.stringMatching(/APPROVAL_REQUIRED/) });

    const until = new Date(LAB_NOW_MS + 5 * HOUR_MS).toISOString();
    const held = await livepoolHere('release', 'hold', '--until', until, '--reason', 'bad data', '--by', 'ada', ...signing);
    expect(held).toMatchObject({ exit: 0 });
    const moved = await livepoolHere('release', 'rollback', V2, ...TWO_PEOPLE, ...signing, '--json');
    expect(moved).toMatchObject({ exit: 0 });
    expect(json(moved.stdout)).toMatchObject({ outcome: 'COMMITTED', version: V2, publishSeq: 3, warnings: [] });
    const restored = await livepoolHere('release', 'restore', V3, ...TWO_PEOPLE, ...signing, '--json');
    expect(json(restored.stdout)).toMatchObject({ outcome: 'COMMITTED', version: V3, publishSeq: 4 });
    expect((await livepoolHere('release', 'verify', ...signing)).exit).toBe(0);
  });

  it('with a damaged mirror asks for a person, and recover writes it anew', async () => {
    bucket.insert('crypto-live-pool-pipelines/current/live_pool.json', Buffer.from('{}'), {});
    const found = await livepoolHere('release', 'verify', ...pinned);
    expect(found).toMatchObject({ exit: 4, stderr: expect.stringMatching(/→ livepool release recover/) });
    expect(await livepoolHere('release', 'recover', ...signing)).toMatchObject({ exit: 0 });
    expect((await livepoolHere('release', 'verify', ...pinned)).exit).toBe(0);
  });

  it('misses an object that was deleted, and takes it back with the same bytes', async () => {
    const name = `${RELEASES}/${V3}/latest_ranking.csv`;
    const { bytes, writable } = bucket.require(name);
    bucket.delete(name);
    const missed = await livepoolHere('release', 'verify', ...pinned);
    expect(missed).toMatchObject({ exit: 4, stderr: expect.stringMatching(/latest_ranking\.csv was deleted/) });
    bucket.insert(name, bytes, writable);
    expect((await livepoolHere('release', 'verify', ...pinned)).exit).toBe(0);
  });

  it('with a broken object of a release asks for a person', async () => {
    bucket.insert(`${RELEASES}/${V2}/live_pool.json`, Buffer.from('{}'), {});
    for (const target of [[], [V2], [`gs://${BUCKET}/${RELEASES}/${V2}`]]) {
      const { exit, stderr } = await livepoolHere('release', 'verify', ...target, ...pinned);
      expect(exit).toBe(4);
      expect(stderr).toMatch(/READBACK_MISMATCH|AUDIT_MISMATCH/);
    }
  });
});

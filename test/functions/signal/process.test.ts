import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Message, PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { type SampleExchange, startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { SIGNAL_TOPICS } from '#shared/contracts/names.ts';
import { regimeMessageSchema, regimeSnapshotSchema } from '#shared/contracts/regime-snapshot.ts';
import { ROOT } from '../../architecture/source-tree.ts';
import { type FunctionProcess, functionProcess } from '../../e2e/function-process.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { startTokenIssuer, type TokenIssuer } from '../token-issuer.ts';

const firestore = await requestEmulator('firestore');
const pubsub = await requestEmulator('pubsub');

const NOW_MS = Date.parse('2026-11-01T08:02:05Z');
const SLOT = '2026-11-01T08:02:00Z';
const SCHEDULER = 'sa-scheduler@p.iam.gserviceaccount.com';
const AUDIENCE = 'https://signal.example.com';

const COMMON = {
  PIPELINE_ENVIRONMENT: 'dev',
  PIPELINE_BUCKET: 'bucket',
  PIPELINE_AUDIENCE: AUDIENCE,
  PIPELINE_CALLERS: SCHEDULER,
  PIPELINE_TIMEOUT_S: '300',
  PIPELINE_BUNDLE_SHA256: 'b'.repeat(64),
};

describe.skipIf(firestore.isAbsent || pubsub.isAbsent)(`signal as a process${firestore.note}${pubsub.note}`, () => {
  const projectId = freshProject();
  const offsetMs = NOW_MS - Date.now();
  let exchange: SampleExchange;
  let issuer: TokenIssuer;
  let signal: FunctionProcess;
  let topics: PubSub;
  const messages: unknown[] = [];
  const documents = firestoreDocumentStore({
    projectId,
    databaseId: 'pipeline',
    emulatorHost: firestore.host,
    clock: systemClock(),
    random: systemRandom(),
  });

  beforeAll(async () => {
    [exchange, issuer] = await Promise.all([startSampleExchange({ nowMs: NOW_MS }), startTokenIssuer()]);
    topics = new PubSub({ projectId, apiEndpoint: pubsub.host, emulatorMode: true, auth: await emulatorAuth() });
    await topics.createTopic(SIGNAL_TOPICS.regime);
    const [subscription] = await topics.createSubscription(SIGNAL_TOPICS.regime, 'regime-to-test');
    subscription.on('message', (message: Message) => {
      messages.push(JSON.parse(message.data.toString()));
      message.ack();
    });
    signal = functionProcess('signal', {
      ...COMMON,
      E2E_CLOCK_OFFSET_MS: String(offsetMs),
      PIPELINE_PROJECT: projectId,
      PIPELINE_TOKEN_ISSUER: issuer.issuer,
      PIPELINE_TOKEN_CERTS_URL: issuer.certificatesUrl,
      PIPELINE_FIRESTORE_HOST: firestore.host,
      PIPELINE_PUBSUB_HOST: pubsub.host,
      PIPELINE_VENUE: 'gate',
      PIPELINE_VENUE_ENDPOINT: exchange.url,
    });
    await signal.start();
  });
  afterAll(async () => {
    await signal.kill();
    await Promise.all([exchange.close(), issuer.stop(), topics.close(), documents.close()]);
  });

  const schedule = async (slot: string, email = SCHEDULER): Promise<number> => {
    const nowS = Math.floor((Date.now() + offsetMs) / 1_000);
    const token = issuer.token({ aud: AUDIENCE, email, iat: nowS, exp: nowS + 3_600 });
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-cloudscheduler-jobname': 'projects/p/locations/l/jobs/regime-4h',
      'x-cloudscheduler-scheduletime': slot,
    };
    return (await fetch(signal.url(), { method: 'POST', headers, body: '{}' })).status;
  };
  const snapshotOf = async (id: string) => regimeSnapshotSchema.parse(await documents.get(`regime/${id}`));
  const hoursAsked = () => exchange.eventLog().filter((line) => line.includes('interval=1h')).length;

  it('refuses a caller who is not the scheduler', async () => {
    expect(await schedule(SLOT, 'somebody@example.com')).toBe(403);
  });

  it('judges a boundary of the sample market, and announces it once', async () => {
    expect([await schedule(SLOT), signal.lines.filter((line) => line.includes('request.bug'))]).toEqual([204, []]);
    const snapshot = await snapshotOf('2026-11-01T08:00:00Z');
    expect(snapshot).toMatchObject({ venue: 'sim', method: 'first', bundle_sha256: COMMON.PIPELINE_BUNDLE_SHA256 });
    expect(snapshot.valid_symbols.realized_vol_7d).toBeGreaterThanOrEqual(30);
    expect(snapshot.universe.symbols).toContain('BTCUSDT');
    expect(await documents.get('regime/latest')).toEqual(snapshot);
    await expect.poll(() => messages.length, { timeout: 20_000 }).toBe(1);
    expect(regimeMessageSchema.parse(messages[0])).toMatchObject({
      run_key: 'regime-4h:20261101T080200Z',
      snapshot: 'regime/2026-11-01T08:00:00Z',
    });
  });

  it('changes nothing when the slot is delivered again, also by a new instance', async () => {
    const [before, asked] = [await snapshotOf('2026-11-01T08:00:00Z'), hoursAsked()];
    await signal.start();
    expect(await schedule(SLOT)).toBe(204);
    expect(await snapshotOf('2026-11-01T08:00:00Z')).toEqual(before);
    expect(hoursAsked()).toBe(asked);
  });

  it('goes on after an instance was killed while it read', async () => {
    const asked = hoursAsked();
    exchange.injectFault({ kind: 'http_slow', target: 'interval=1h', rate: 1, delayMs: 30 });
    const lost = schedule('2026-11-01T04:02:00Z').catch(() => 'killed');
    await expect.poll(() => hoursAsked() - asked, { timeout: 60_000, interval: 5 }).toBeGreaterThan(30);
    await signal.start();
    expect(await lost).toBe('killed');
    exchange.clearFaults();
    expect(await documents.get('regime/2026-11-01T04:00:00Z')).toBeNull();
    const again = hoursAsked();
    expect(await schedule('2026-11-01T04:02:00Z')).toBe(204);
    const four = await snapshotOf('2026-11-01T04:00:00Z');
    // At least twenty-five symbols were kept.
    expect(hoursAsked() - again).toBeLessThanOrEqual(four.universe.read - 25);
    expect((await documents.get('regime/latest'))?.boundary).toBe('2026-11-01T08:00:00Z');
    expect(await documents.list('regime_progress')).toEqual([]);
  });
});

describe('its environment', () => {
  it('ends it with 78 and every problem at once when it is wrong', () => {
    const env = { PATH: process.env.PATH, PIPELINE_BUCKET: 'a/b', PIPELINE_TYPO: '1' };
    const ended = spawnSync(process.execPath, [join(ROOT, 'functions/signal/main.ts')], { encoding: 'utf8', env });
    expect(ended.status).toBe(78);
    for (const setting of ['PIPELINE_BUCKET', 'PIPELINE_TYPO', 'PIPELINE_PROJECT', 'PIPELINE_VENUE']) {
      expect(ended.stderr).toContain(setting);
    }
  });
});

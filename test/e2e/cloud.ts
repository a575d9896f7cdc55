import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Message, PubSub } from '@google-cloud/pubsub';
import { firestoreDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { pinnedKey } from '#shared/adapters/keys/pinned-key.ts';
import { startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { DEPLOYED_SET, deadLetterTopic, JOBS, releaseNamespace, TOPICS } from '#shared/contracts/names.ts';
import type { ReleaseSet } from '#shared/contracts/release-set.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { approvalMessage } from '#shared/release/signed-approval.ts';
import { startKms } from '../emulators/kms-server.ts';
import { freshProject } from '../emulators/request-emulator.ts';
import { startTokenIssuer } from '../functions/token-issuer.ts';
import { startGcsServer } from '../gcs-server/server.ts';
import { type FunctionProcess, functionProcess } from './function-process.ts';
import { startPushService } from './push-service.ts';
import { SYMBOLS, smallParams } from './small-params.ts';

export const FUNCTIONS = ['collect', 'score', 'build', 'publish', 'rollback'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const BUCKET = 'pool-e2e';
const SOURCE_BUCKET = 'source-e2e';
export const REVISION = '0123456789abcdef0123456789abcdef01234567';
const KEY_VERSION = 'projects/p/locations/l/keyRings/r/cryptoKeys/manifest/cryptoKeyVersions/1';
const SCHEDULER = 'sa-scheduler@e2e.iam.gserviceaccount.com';
export const OPS = 'sa-ops@e2e.iam.gserviceaccount.com';
export const APPROVER = 'bob@example.com';

/** What an update leaves in the source bucket: the digests that the functions are told. */
const RELEASE_SET: ReleaseSet = {
  revision: REVISION,
  lock_file_sha256: 'a'.repeat(64),
  bundles: Object.fromEntries(FUNCTIONS.map((name) => [name, sha256Hex(name)])),
  worker_image: null,
};

/** Subscriptions of the chain: the stage that a topic starts. */
const STARTS = { score: TOPICS.collected, build: TOPICS.scored, publish: TOPICS.built } as const;

/**
 * The whole cloud on one machine: sample exchange, storage server, Firestore and Pub/Sub emulators, a KMS that really signs, an issuer
 * whose tokens are really verified, and every function in a process of its own. `nowMs` is the functions' present when it begins.
 */
export async function startCloud(emulators: { readonly firestore: string; readonly pubsub: string }, nowMs: number) {
  const projectId = freshProject();
  const folder = mkdtempSync(join(tmpdir(), 'livepool-e2e-'));
  const paramsFile = join(folder, 'pool.small.json');
  writeFileSync(paramsFile, JSON.stringify(smallParams()));
  const manifestKey = generateKeyPairSync('ed25519');
  const approverKey = generateKeyPairSync('ed25519');
  const [exchange, storage, issuer, kms] = await Promise.all([
    startSampleExchange({ nowMs }),
    startGcsServer(),
    startTokenIssuer(),
    startKms(new Map([[KEY_VERSION, { algorithm: 'EC_SIGN_ED25519', privateKey: manifestKey.privateKey }]])),
  ]);
  storage.createBucket(BUCKET);
  storage.createBucket(SOURCE_BUCKET);
  const offsetMs = nowMs - Date.now();
  const audienceOf = (name: string): string => `https://${name}.e2e.example`;
  const callerOf = (name: string): string =>
    name === 'collect' ? SCHEDULER : name === 'rollback' ? OPS : `sa-push-${name}@e2e.iam.gserviceaccount.com`;
  const tokenOf = (name: string, email = callerOf(name)): string => {
    const nowS = Math.floor((Date.now() + offsetMs) / 1_000);
    return issuer.token({ aud: audienceOf(name), email, iat: nowS, exp: nowS + 3_600 });
  };
  const spki = (key: typeof approverKey): string => key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

  const environment = (name: FunctionName): Record<string, string> => ({
    E2E_CLOCK_OFFSET_MS: String(offsetMs),
    NODE_ENV: 'production',
    PIPELINE_PROJECT: projectId,
    PIPELINE_ENVIRONMENT: 'e2e',
    PIPELINE_BUCKET: BUCKET,
    PIPELINE_AUDIENCE: audienceOf(name),
    PIPELINE_CALLERS: callerOf(name),
    PIPELINE_TOKEN_ISSUER: issuer.issuer,
    PIPELINE_TOKEN_CERTS_URL: issuer.certificatesUrl,
    PIPELINE_TIMEOUT_S: '240',
    PIPELINE_BUNDLE_SHA256: sha256Hex(name),
    PIPELINE_STORAGE_ENDPOINT: storage.endpoint,
    PIPELINE_FIRESTORE_HOST: emulators.firestore,
    PIPELINE_PUBSUB_HOST: emulators.pubsub,
    ...(name === 'rollback' ? {} : { PIPELINE_PARAMS: paramsFile }),
    ...(name === 'collect'
      ? {
          PIPELINE_SOURCE_BUCKET: SOURCE_BUCKET,
          PIPELINE_VENUE: 'gate',
          PIPELINE_VENUE_ENDPOINT: exchange.url,
          PIPELINE_SYMBOLS: SYMBOLS.join(','),
        }
      : {}),
    ...(name === 'publish' || name === 'rollback'
      ? { PIPELINE_SIGNING_KEY: KEY_VERSION, PIPELINE_KMS_ENDPOINT: kms.endpoint }
      : {}),
    ...(name === 'rollback' ? { PIPELINE_APPROVERS: `${APPROVER}=${spki(approverKey)}` } : {}),
  });
  const functions = Object.fromEntries(FUNCTIONS.map((name) => [name, functionProcess(name, environment(name))])) as Record<
    FunctionName,
    FunctionProcess
  >;

  const post = async (
    name: FunctionName,
    body: Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
    token = tokenOf(name),
  ): Promise<Response> =>
    fetch(functions[name].url(), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
    });
  const push = await startPushService(async (stage, body) => (await post(stage as FunctionName, body)).status);
  const topics = new PubSub({ projectId, apiEndpoint: emulators.pubsub, emulatorMode: true, auth: await emulatorAuth() });
  await makeTopics(topics, push.endpoint);

  const timing = { clock: systemClock(), random: systemRandom() };
  const bucket = (name: string) => gcsObjectStore({ bucket: name, apiEndpoint: storage.endpoint, ...timing });
  const objects = bucket(BUCKET);
  await bucket(SOURCE_BUCKET).put(DEPLOYED_SET.object, jsonBody(RELEASE_SET), {
    ifGenerationMatch: ABSENT,
    contentType: 'application/json',
  });
  const database = (databaseId: string) =>
    firestoreDocumentStore({ projectId, databaseId, emulatorHost: emulators.firestore, ...timing });
  const [documents, runs] = [database('(default)'), database('pipeline')];

  return {
    exchange,
    storage,
    push,
    objects,
    documents,
    runs,
    functions,
    layout: releaseLayout({ baseUri: `gs://${BUCKET}` }),
    trust: { keys: [pinnedKey(spki(manifestKey))], namespace: releaseNamespace('e2e') },
    nowMs: () => Date.now() + offsetMs,
    post,
    tokenOf,
    /** What Cloud Scheduler sends for a slot. */
    schedule: async (slot: string, job: string = JOBS.poolMonthly, body: object = { mode: 'core_major' }): Promise<number> => {
      const headers = {
        'x-cloudscheduler-jobname': `projects/p/locations/l/jobs/${job}`,
        'x-cloudscheduler-scheduletime': slot,
      };
      return (await post('collect', jsonBody(body), headers)).status;
    },
    /** A rollback request with a fresh approval by `approver`. */
    requestRollback: async (body: object, approver = APPROVER): Promise<Response> => {
      const bytes = jsonBody(body);
      const approval = {
        approver,
        body_sha256: sha256Hex(bytes),
        nonce: systemRandom().hex(16),
        ts: new Date(Date.now() + offsetMs).toISOString(),
      };
      const payload = Buffer.from(JSON.stringify(approval)).toString('base64url');
      const signature = sign(null, approvalMessage(payload), approverKey.privateKey).toString('base64url');
      return post('rollback', bytes, { 'livepool-approval': `${payload}.${signature}` });
    },
    /** The next message among the dead letters of a topic. */
    deadLetter: async (topic: string): Promise<unknown> => {
      const subscription = topics.topic(deadLetterTopic(topic)).subscription(`${topic}-dlq`);
      const message = await new Promise<Message>((resolve, reject) =>
        subscription.once('message', resolve).once('error', reject),
      );
      message.ack();
      await subscription.close();
      return JSON.parse(message.data.toString()) as unknown;
    },
    stop: async () => {
      await Promise.all(FUNCTIONS.map((name) => functions[name].kill()));
      await Promise.all([push.stop(), exchange.close(), storage.stop(), issuer.stop(), kms.stop()]);
      await Promise.all([topics.close(), documents.close(), runs.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>;

async function makeTopics(topics: PubSub, endpoint: (stage: string) => string): Promise<void> {
  const names = Object.values(TOPICS);
  await Promise.all([...names, ...names.map(deadLetterTopic)].map((topic) => topics.createTopic(topic)));
  await Promise.all(names.map((topic) => topics.createSubscription(deadLetterTopic(topic), `${topic}-dlq`)));
  for (const [stage, topic] of Object.entries(STARTS)) {
    await topics.createSubscription(topic, `${topic}-${stage}`, {
      pushEndpoint: endpoint(stage),
      ackDeadlineSeconds: 600,
      retryPolicy: { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 2 } },
    });
  }
}

export function jsonBody(value: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(JSON.stringify(value)));
}

/** Waits until something holds; the error says what did not, and shows what the functions said. */
export async function until(cloud: Cloud, what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpMs = Date.now() + 120_000;
  while (Date.now() < giveUpMs) {
    if (await holds()) return;
    await wait(25);
  }
  const said = FUNCTIONS.map((name) => `${name}:\n${cloud.functions[name].lines.slice(-8).join('\n')}`).join('\n');
  throw new Error(`it never came to this: ${what}\n${said}`);
}

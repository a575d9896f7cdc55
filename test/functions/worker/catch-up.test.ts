import { setTimeout as wait } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, describe, expect, it } from 'vitest';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { gcsObjectStore } from '#shared/adapters/gcp/object-store.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { startSimulator } from '#shared/adapters/simulator/start-simulator.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { compact } from '#shared/cold/compact.ts';
import { DERIVS, TRADES } from '#shared/cold/market-tables.ts';
import { readSegment } from '#shared/cold/read-segment.ts';
import { stagingPrefix } from '#shared/cold/staged-segment.ts';
import { hotDocumentSchema } from '#shared/contracts/hot-document.ts';
import {
  DATABASES,
  deadLetterTopic,
  MARKET_SUBSCRIPTIONS,
  MARKET_TOPICS,
  REGIME_SUBSCRIPTION,
  SIGNAL_TOPICS,
  WORKER_PATHS,
} from '#shared/contracts/names.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { realClock } from '../../adapters/gcp/real-clock.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { startGcsServer } from '../../gcs-server/server.ts';
import { WorkerProcess } from './worker-process.ts';

const pubsub = await requestEmulator('pubsub');
const firestore = await requestEmulator('firestore');

const BUCKET = 'cold-e2e';
const WITNESS = `${MARKET_TOPICS.trades}-to-witness`;
const closing: (() => Promise<unknown>)[] = [];

/** Topics and subscriptions as the deployment makes them, but for a short deadline, and one that remembers every print. */
async function marketTopics(projectId: string): Promise<PubSub> {
  const client = new PubSub({ projectId, apiEndpoint: pubsub.host, emulatorMode: true, auth: await emulatorAuth() });
  for (const { topic, subscription } of MARKET_SUBSCRIPTIONS) {
    const [made] = await client.createTopic(topic);
    await client.createTopic(deadLetterTopic(topic));
    await made.createSubscription(subscription, { enableMessageOrdering: true, ackDeadlineSeconds: 10 });
    if (topic === MARKET_TOPICS.trades) await made.createSubscription(WITNESS);
  }
  const [regime] = await client.createTopic(SIGNAL_TOPICS.regime);
  await regime.createSubscription(REGIME_SUBSCRIPTION);
  await client.createTopic(SIGNAL_TOPICS.alerts);
  return client;
}

/** Keys of the prints that the bus has taken, filled as they come. */
function printsOf(client: PubSub): ReadonlySet<string> {
  const seen = new Set<string>();
  const subscription = client.subscription(WITNESS);
  subscription.on('message', (message) => {
    const { events } = JSON.parse(String(message.data)) as { events: readonly { ts_event: number; trade_id: string }[] };
    for (const { ts_event, trade_id } of events) {
      seen.add(`${ts_event} ${message.attributes.symbol} ${message.attributes.source} ${trade_id}`);
    }
    message.ack();
  });
  closing.push(() => subscription.close());
  return seen;
}

function keyOf(row: Readonly<Record<string, unknown>>): string {
  return TRADES.key.map((column) => String(row[column])).join(' ');
}

async function stagedKeys(objects: ObjectStore): Promise<ReadonlySet<string>> {
  const stats = await objects.list(stagingPrefix(TRADES.table));
  const segments = await Promise.all(stats.map(({ name }) => readSegment(objects, TRADES, name)));
  return new Set(segments.flatMap(({ rows }) => rows.map(keyOf)));
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs; await wait(100)) if (await isDone()) return;
  throw new Error('it did not happen in a minute');
}

const isAbsent = pubsub.isAbsent || firestore.isAbsent;

describe.skipIf(isAbsent)(`a worker on Google Cloud that is killed between publishing and staging${pubsub.note}`, () => {
  afterAll(() => Promise.all(closing.map((close) => close())));

  it('has lost nothing that it published, and left no row twice, once another one ran', async () => {
    const projectId = freshProject();
    const storage = await startGcsServer();
    storage.createBucket(BUCKET);
    const client = await marketTopics(projectId);
    const simulator = await startSimulator({ symbols: ['BTC'] });
    closing.push(
      () => client.close(),
      () => storage.stop(),
      () => simulator.close(),
    );
    const published = printsOf(client);
    const objects = gcsObjectStore({
      bucket: BUCKET,
      apiEndpoint: storage.endpoint,
      clock: realClock(),
      random: repeatableRandom('jitter'),
    });
    const env = {
      PIPELINE_INSTRUMENTS: 'BTC-USD.spot@kraken,BTC-USD.perp@krakenfutures',
      PIPELINE_SIMULATOR_URL: simulator.url,
      PIPELINE_ENVIRONMENT: 'e2e',
      PIPELINE_PROJECT: projectId,
      PIPELINE_COLD_BUCKET: BUCKET,
      PIPELINE_STORAGE_ENDPOINT: storage.endpoint,
      PIPELINE_PUBSUB_HOST: pubsub.host,
      PIPELINE_FIRESTORE_HOST: firestore.host,
    };

    const killed = new WorkerProcess();
    closing.push(() => killed.dispose());
    await killed.start(env);
    await until(() => published.size >= 10);
    await killed.stop('SIGKILL');
    await wait(200);
    const lost = [...published];
    expect((await stagedKeys(objects)).size).toBe(0);

    const next = new WorkerProcess();
    closing.push(() => next.dispose());
    await next.start(env);
    await until(async () => {
      const staged = await stagedKeys(objects);
      return lost.every((key) => staged.has(key));
    });
    const documents = openDatabase(env, DATABASES.exec, { clock: realClock(), random: repeatableRandom('jitter') });
    const hot = WORKER_PATHS.hot('kraken', 'BTC-USD');
    await until(async () => (await documents.get(hot)) !== null);
    expect(hotDocumentSchema.parse(await documents.get(hot))).toMatchObject({ instrument: 'BTC-USD.spot@kraken' });
    await documents.close();
    expect(await next.stop('SIGTERM')).toBe(0);
    await wait(200);

    const cold = coldStore(objects, { root: 'cold' });
    const summary = await compact({ objects, cold }, DEFAULT_LAYOUT, { nowMs: Date.now(), includeOpen: true });
    expect(summary.failed).toEqual([]);
    // A venue may publish its own figure of a minute anew, which is a later version; ours are said once.
    const ours = summary.partitions.filter(({ table }) => table !== DERIVS.table);
    expect(ours.map(({ table, corrections }) => [table, corrections])).toEqual(ours.map(({ table }) => [table, 0]));
    expect(summary.partitions.every(({ rejected }) => rejected === 0)).toBe(true);
    expect(ours.map(({ table }) => table)).toEqual(expect.arrayContaining(['trades', 'micro_1s']));
    const sealed: string[] = [];
    const day = { from: Date.now() - 86_400_000, to: Date.now() + 3_600_000 };
    for await (const { columns, rows } of cold.readParquet(TRADES, day, TRADES.key)) {
      for (let i = 0; i < rows; i++) sealed.push(TRADES.key.map((column) => String(columns[column]![i])).join(' '));
    }
    expect([...sealed].sort()).toEqual([...published].sort());
    expect(sealed.length).toBeGreaterThan(lost.length);
  });
});

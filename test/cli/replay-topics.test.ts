import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PubSub, type Subscription, type Topic } from '@google-cloud/pubsub';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { TRADES } from '#shared/cold/market-tables.ts';
import { encodeSegment, segmentName } from '#shared/cold/staged-segment.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { receivedLine } from '#shared/streaming/envelope/envelope-line.ts';
import { envelopeMessage } from '#shared/streaming/envelope/envelope-message.ts';
import { validateEnvelope } from '#shared/streaming/envelope/validate-envelope.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { freshProject, requestEmulator } from '../emulators/request-emulator.ts';
import { sealedTrades } from '../streaming/sample-envelopes.ts';
import { livepoolHere } from './in-process.ts';

const blake3 = await openBlake3();
const emulator = await requestEmulator('pubsub');
const HOUR = Date.UTC(2026, 2, 1, 7);
const WINDOW = ['--table', 'trades', '--from', '2026-03-01T07:00:00Z', '--to', '2026-03-01T08:00:00Z'];

afterEach(() => vi.unstubAllEnvs());

async function storeOfTrades(count: number): Promise<string> {
  const folder = temporaryFolder();
  const rows = Array.from({ length: count }, (_, at) => {
    const name = { ts: HOUR + at, symbol: 'BTC-USD', venue: 'kraken', trade_id: `${at}` };
    return { ...name, side: 'buy', price: 100.5, qty: 0.1, unit: 'base', available_at: HOUR + at };
  });
  const segment = segmentName(TRADES, '2026-03-01/hour=07', 'w', HOUR, 1);
  await folderObjectStore({ root: folder }).put(segment, encodeSegment(TRADES, rows), {
    ifGenerationMatch: ABSENT,
    contentType: 'x',
  });
  return folder;
}

describe('livepool cold publish', () => {
  it('prints envelopes that verify as lines, or writes them to a file of their own', async () => {
    const store = await storeOfTrades(3);
    const printed = await livepoolHere('cold', 'publish', '--store', store, ...WINDOW, '--topic', 'replay-md-trades');
    const lines = printed.stdout.trimEnd().split('\n');
    expect([printed.exit, lines.length]).toEqual([0, 3]);
    for (const line of lines) {
      const received = receivedLine(line);
      expect(received.ok && validateEnvelope(blake3, received.value)).toMatchObject({ ok: true });
    }
    const output = join(store, 'lines.ndjson');
    const written = await livepoolHere(
      'cold',
      'publish',
      '--store',
      store,
      ...WINDOW,
      '--topic',
      'replay-x',
      '--output',
      output,
      '--json',
    );
    expect([written.exit, JSON.parse(written.stdout)]).toEqual([0, expect.objectContaining({ ok: true, envelopes: 3 })]);
    expect(readFileSync(output, 'utf8')).toBe(printed.stdout);
    const again = await livepoolHere('cold', 'publish', '--store', store, ...WINDOW, '--topic', 'replay-x', '--output', output);
    expect([again.exit, again.stderr]).toEqual([1, expect.stringContaining('cannot be created; is it there already?')]);
  });

  it.each([
    [['--topic', 'md-trades'], 'must begin with replay-'],
    [['--topic', 'replay-x', '--table', 'derivs'], 'rows of derivs are not whole messages'],
    [['--topic', 'replay-x', '--to', '2026-03-01T07:00:00Z'], '--from must be before --to'],
    [['--topic', 'replay-x', '--project', 'p', '--output', 'f'], '--output contradicts --project'],
    [['--topic', 'replay-x', '--json'], 'the lines need a file of their own'],
  ])('refuses %j', async (args, message) => {
    const { exit, stderr, stdout } = await livepoolHere('cold', 'publish', '--store', temporaryFolder(), ...WINDOW, ...args);
    expect([exit, `${stderr}${stdout}`]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe.skipIf(emulator.isAbsent)(`replays over Pub/Sub${emulator.note}`, () => {
  async function world() {
    const projectId = freshProject();
    vi.stubEnv('PIPELINE_PUBSUB_HOST', emulator.host);
    const client = new PubSub({ projectId, apiEndpoint: emulator.host, emulatorMode: true, auth: await emulatorAuth() });
    return { projectId, client };
  }

  it('a window of the cold tier goes to a topic', async () => {
    const { projectId, client } = await world();
    const [topic] = await client.createTopic('replay-md-trades');
    const [heard] = await topic.createSubscription('heard', { enableMessageOrdering: true });
    const args = ['--store', await storeOfTrades(150), ...WINDOW, '--topic', 'replay-md-trades', '--project', projectId];
    const { exit, stdout } = await livepoolHere('cold', 'publish', ...args, '--json');
    expect([exit, JSON.parse(stdout)]).toMatchObject([0, { envelopes: 150 }]);
    const messages = await received(heard, 150);
    expect(messages.map(({ attributes }) => Number(attributes.seq))).toEqual(Array.from({ length: 150 }, (_, at) => at + 1));
    expect(
      messages.every(({ attributes, orderingKey }) => attributes.replay_id !== undefined && orderingKey === 'kraken:BTC-USD'),
    ).toBe(true);
    await client.close();
    const nowhere = await livepoolHere('cold', 'publish', ...args.with(-3, 'replay-nobody'));
    expect([nowhere.exit, nowhere.stderr]).toEqual([1, expect.stringContaining('STORE_REFUSED')]);
  });

  it('dead letters go to their topic once, and the audit file says who and why', async () => {
    const { projectId, client } = await world();
    const [topic] = await client.createTopic('md-trades');
    const [live] = await topic.createSubscription('live', { enableMessageOrdering: true });
    const [dead] = await client.createTopic('md-trades-dlq');
    await dead.createSubscription('md-trades-dlq-to-people');
    const sound = Array.from({ length: 3 }, (_, id) => envelopeMessage(sealedTrades(blake3, HOUR, [id])));
    for (const message of [...sound, sound[0]!]) await publish(dead, message);
    await publish(dead, { ...sound[1]!, data: Uint8Array.of(...sound[1]!.data, 32) });
    const audit = join(temporaryFolder(), 'audit.jsonl');
    const args = [
      '--topic',
      'md-trades',
      '--project',
      projectId,
      '--reason',
      'consumer mended',
      '--by',
      'ann',
      '--idle',
      '2',
      '--audit',
      audit,
    ];
    const first = await livepoolHere('dlq', 'replay', ...args, '--json');
    expect([first.exit, JSON.parse(first.stdout)]).toEqual([
      1,
      { ok: false, topic: 'md-trades', republished: 3, duplicates: 1, kept: { checksum_mismatch: 1 } },
    ]);
    const messages = await received(live, 3);
    expect(
      messages.map(({ attributes }) => [attributes.seq, attributes.reason]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ).toEqual([
      ['1', undefined],
      ['2', undefined],
      ['3', undefined],
    ]);
    const entries = readFileSync(audit, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(entries).toMatchObject([
      { act: 'dlq.replay', phase: 'begun', by: 'ann', reason: 'consumer mended', topic: 'md-trades' },
      { phase: 'ended', republished: 3, kept: { checksum_mismatch: 1 } },
    ]);
    await client.close();
  }, 30_000);

  it('refuses what is no topic of dead letters', async () => {
    const { projectId, client } = await world();
    const base = ['--project', projectId, '--audit', join(temporaryFolder(), 'a')];
    expect((await livepoolHere('dlq', 'replay', '--topic', 'md-trades-dlq', '--reason', 'x', ...base)).exit).toBe(2);
    expect((await livepoolHere('dlq', 'replay', '--topic', 'md-trades', ...base)).exit).toBe(2);
    const nobody = await livepoolHere('dlq', 'replay', '--topic', 'md-book', '--reason', 'x', '--idle', '2', ...base);
    expect([nobody.exit, nobody.stderr]).toEqual([1, expect.stringContaining('STORE_REFUSED')]);
    await client.close();
  }, 30_000);
});

async function publish(
  topic: Topic,
  { data, attributes }: { readonly data: Uint8Array; readonly attributes: Readonly<Record<string, string>> },
): Promise<void> {
  await topic.publishMessage({
    data: Buffer.from(data),
    attributes: { ...attributes, reason: 'payload_shape', reasons: 'payload_shape' },
  });
}

interface Heard {
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string | undefined;
}

async function received(subscription: Subscription, count: number): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  await new Promise<void>((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('message', (message) => {
      heard.push({ attributes: { ...message.attributes }, orderingKey: message.orderingKey });
      message.ack();
      if (heard.length === count) resolve();
    });
  });
  await subscription.close();
  return heard;
}

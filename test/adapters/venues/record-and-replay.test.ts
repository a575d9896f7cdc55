import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderFrameRecorder } from '#shared/adapters/venues/folder-frame-recorder.ts';
import { readRecording } from '#shared/adapters/venues/read-recording.ts';
import { SocketNumbers } from '#shared/adapters/venues/socket-numbers.ts';
import { type MarketEvent, marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { DEFAULT_PACE } from '#shared/market/feed/book-publisher.ts';
import { replayFrames } from '#shared/market/feed/replay-frames.ts';
import { krakenSpotProtocol } from '#shared/market/venues/kraken-spot/protocol.ts';
import type { RawLine } from '#shared/ports/frame-recorder.ts';
import { krakenSession } from '../../recordings/kraken-session.ts';
import { StreamWorld, spotSpec } from './stream-world.ts';
import { VenueServer } from './venue-server.ts';

const BTC = spotSpec('BTC-USD.spot@kraken', 'BTC/USD', 1, 8);
const HOUR_NS = 3_600_000_000_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frames-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a recording', () => {
  it('drives the same code to the same events, byte for byte, through faults and over the hour', async () => {
    const recorder = new FolderFrameRecorder({ folder, run: 'r1', header: { software: 'test', profile: 'us_strict' } });
    const live = await liveRun(recorder);
    await recorder.close();
    const files = recorded();
    expect(files.filter((name) => name.endsWith('.gz')).length).toBeGreaterThanOrEqual(3);
    const replayed: MarketEvent[] = [];
    const lines = readRecording(files.filter((name) => name.endsWith('.gz')).map((name) => join(folder, name)));
    const options = { protocol: krakenSpotProtocol(10), instruments: [BTC], pace: DEFAULT_PACE };
    const outcome = replayFrames(lines, { ...options, emit: (event) => replayed.push(marketEventSchema.parse(event)) });
    expect(replayed.findIndex((event, index) => JSON.stringify(event) !== JSON.stringify(live[index]))).toBe(-1);
    expect(digest(replayed)).toBe(digest(live));
    expect(live.map((event) => (event.type === 'book_state' ? event.reason : event.type))).toContain('checksum');
    expect(
      live.filter((event) => event.type === 'trade').every(({ raw_ref }) => raw_ref?.startsWith('kraken.spot.1.') === true),
    ).toBe(true);
    expect(outcome).toMatchObject({ sockets: 2, differingSends: 0 });
  });

  it('keeps frames verbatim and says in an index what a file holds', async () => {
    const recorder = new FolderFrameRecorder({ folder, run: 'r1', header: { software: 'test' } });
    const frame = '{"price":0.00100000 , "text":"ü\\u0041"}';
    const connect = { kind: 'connect', connection: 'a.1', tsMs: HOUR_NS / 1e6, url: 'ws://x', data: '' } as const;
    recorder.record(connect);
    recorder.record({ ...connect, kind: 'recv', data: Buffer.from(frame) });
    recorder.record({ ...connect, kind: 'recv', data: Uint8Array.of(0, 255, 10), isBinary: true });
    await recorder.close();
    const [file] = recorded().filter((name) => name.endsWith('.gz'));
    const bytes = readFileSync(join(folder, file!));
    const [header, , text, binary] = gunzipSync(bytes).toString('utf8').split('\n');
    expect(JSON.parse(header!)).toMatchObject({ t: 'header', conn: 'a.1', software: 'test', url: 'ws://x' });
    expect(JSON.parse(text!)).toMatchObject({ t: 'recv', ts_ns: String(HOUR_NS), data: frame });
    expect(JSON.parse(binary!)).toMatchObject({ encoding: 'base64', data: 'AP8K' });
    const index = JSON.parse(readFileSync(join(folder, file!.replace('.ndjson.gz', '.index.json')), 'utf8')) as object;
    expect(index).toMatchObject({ lines: 4, gaps: 0, bytes: bytes.length, sha256: sha256Hex(bytes) });
    expect(readRecording([join(folder, file!)]).map(([line, name]) => [line.kind, name])).toEqual([
      ['connect', 'a.1#1.2'],
      ['recv', 'a.1#1.3'],
      ['recv', 'a.1#1.4'],
    ]);
  });

  it('drops and marks what the disk does not take, and never what is live', async () => {
    const recorder = new FolderFrameRecorder({ folder, run: 'r1', header: {}, mostPendingBytes: 20_000 });
    const line = (index: number) =>
      ({ kind: 'recv', connection: 'a.1', tsMs: index, data: `${index}${'x'.repeat(5_000)}` }) as const;
    const kept = Array.from({ length: 50 }, (_, index) => recorder.record(line(index))).filter((name) => name !== null).length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(recorder.record(line(50))).not.toBeNull();
    await recorder.close();
    expect(kept).toBeLessThan(50);
    expect(recorder.counters).toMatchObject({ dropped: 50 - kept, failures: 0 });
    const [file] = recorded().filter((name) => name.endsWith('.gz'));
    const text = gunzipSync(readFileSync(join(folder, file!))).toString('utf8');
    expect(text).toContain(`"t":"gap","ts_ns":"50000000","conn":"a.1","dropped":${50 - kept}`);
  });

  it('does not fail when its folder is none', async () => {
    const recorder = new FolderFrameRecorder({ folder: '/dev/null/nowhere', run: 'r1', header: {} });
    expect(recorder.record({ kind: 'recv', connection: 'a.1', tsMs: 1, data: 'x' })).toBeNull();
    await recorder.close();
    expect(recorder.counters).toMatchObject({ lines: 0, dropped: 1, failures: 2 });
  });

  it('never writes over another run', async () => {
    for (const data of ['first', 'second']) {
      const recorder = new FolderFrameRecorder({ folder, run: 'same', header: {} });
      recorder.record({ kind: 'recv', connection: 'a.1', tsMs: 1, data });
      await recorder.close();
    }
    const files = recorded().filter((name) => name.endsWith('.gz'));
    expect(readRecording(files.map((name) => join(folder, name))).map(([{ data }]) => data)).toEqual(['first', 'second']);
  });

  it('loses nothing when the name of a connection comes back within the hour', async () => {
    const recorder = new FolderFrameRecorder({ folder, run: 'r1', header: { software: 'test' } });
    const names: (string | null)[] = [];
    for (const life of [1, 2, 3]) {
      const common = { connection: 'kraken.spot.1.1', tsMs: life * 1_000 };
      names.push(recorder.record({ ...common, kind: 'connect', url: `ws://${life}`, data: '' }));
      names.push(recorder.record({ ...common, kind: 'recv', data: `frame ${life}` }));
      names.push(recorder.record({ ...common, kind: 'close', data: 'stopped' }));
    }
    await recorder.close();
    const files = recorded().filter((name) => name.endsWith('.gz'));
    expect(files.toSorted()).toHaveLength(3);
    expect(recorded().filter((name) => name.endsWith('.index.json'))).toHaveLength(3);
    const lines = readRecording(files.map((name) => join(folder, name)));
    expect(lines.filter(([{ kind }]) => kind === 'recv').map(([{ data }]) => data)).toEqual(['frame 1', 'frame 2', 'frame 3']);
    expect(lines.map(([, name]) => name)).toEqual(names);
    expect([new Set(names).size, recorder.counters.dropped, recorder.counters.failures]).toEqual([9, 0, 0]);
  });

  it('loses nothing when the clock steps back over the hour', async () => {
    const recorder = new FolderFrameRecorder({ folder, run: 'r1', header: {} });
    const hourMs = HOUR_NS / 1e6;
    const times = [hourMs - 1, hourMs, hourMs - 1, hourMs, 900 * hourMs, hourMs];
    for (const tsMs of times) recorder.record({ kind: 'recv', connection: 'a.1', tsMs, data: `${tsMs}` });
    await recorder.close();
    const files = recorded().filter((name) => name.endsWith('.gz'));
    const lines = readRecording(files.map((name) => join(folder, name)));
    expect(lines.map(([{ tsMs }]) => tsMs)).toEqual(times.toSorted((a, b) => a - b));
    expect(files.filter((name) => name.includes('hour=01'))).toHaveLength(3);
  });

  it('marks what it lost while no file could be had', async () => {
    const blocked = join(folder, 'frames');
    writeFileSync(blocked, 'no folder');
    const recorder = new FolderFrameRecorder({ folder: blocked, run: 'r1', header: {} });
    for (const tsMs of [1, 2]) recorder.record({ kind: 'recv', connection: 'a.1', tsMs, data: 'lost' });
    rmSync(blocked);
    recorder.record({ kind: 'recv', connection: 'a.1', tsMs: 3, data: 'kept' });
    await recorder.close();
    const [file] = recorded().filter((name) => name.endsWith('.gz'));
    const text = gunzipSync(readFileSync(join(folder, file!))).toString('utf8');
    expect([text.includes('"t":"gap","ts_ns":"3000000","conn":"a.1","dropped":2'), text.includes('kept')]).toEqual([true, true]);
  });

  it('has names of sockets that never come back when connections are opened anew', async () => {
    const [numbers, names] = [new SocketNumbers(), new Set<string>()];
    const recorder = { record: ({ kind, connection }: RawLine) => (kind === 'connect' ? names.add(connection) && null : null) };
    for (const generation of [1, 2, 3]) {
      const server = await VenueServer.start({ onMessage: () => undefined });
      const world = new StreamWorld(server, krakenSpotProtocol(10), [BTC], recorder, numbers);
      await world.passUntil(`generation ${generation}`, () => names.size === generation);
      await world.stop();
      await server.close();
    }
    expect([...names]).toEqual(['kraken.spot.1.1', 'kraken.spot.1.2', 'kraken.spot.1.3']);
  });
});

/** A lost update, a cut, prints and a change of the hour. */
async function liveRun(recorder: FolderFrameRecorder): Promise<readonly MarketEvent[]> {
  const frames = [
    ...krakenSession({
      seed: 'record',
      symbol: 'BTC/USD',
      priceDecimals: 1,
      sizeDecimals: 8,
      midTicks: 773_628,
      depth: 10,
      updates: 30,
    }),
  ];
  let books = 0;
  const server = await VenueServer.start({
    onMessage: (client, text) => {
      const { method, params } = JSON.parse(text) as { method: string; params?: { channel: string } };
      if (method !== 'subscribe') return;
      const symbol = params?.channel === 'instrument' ? '' : ',"symbol":"BTC/USD"';
      client.send(`{"method":"subscribe","result":{"channel":"${params?.channel}"${symbol}},"success":true}`);
      if (params?.channel !== 'book') return;
      books += 1;
      for (const [index, frame] of frames.entries()) if (books !== 1 || index !== 9) client.send(frame);
      client.send(trade(books));
    },
  });
  const world = new StreamWorld(server, krakenSpotProtocol(10), [BTC], recorder);
  world.everySecond = () => {
    for (const client of server.clients) if (client.isOpen) client.send('{"channel":"heartbeat"}');
  };
  await world.passUntil('a second life', () => world.states().filter((state) => state === 'live').length === 2);
  await world.pass(3_000);
  server.clients[0]!.cut();
  await world.passUntil('a third life', () => world.states().filter((state) => state === 'live').length === 3);
  await world.pass(2_000);
  // Heartbeats keep the socket alive over the hour.
  for (let minute = 0; minute < 30; minute++) await world.pass(60_000, 1_000);
  await world.stop();
  await server.close();
  return world.events;
}

function trade(id: number): string {
  const row = { symbol: 'BTC/USD', side: 'sell', price: 77_362.8, qty: 0.5, trade_id: id, timestamp: '2026-09-14T18:31:00.000Z' };
  return JSON.stringify({ channel: 'trade', type: 'update', data: [row] });
}

function recorded(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(gz|json)$/.test(name))
    .toSorted();
}

function digest(events: readonly MarketEvent[]): string {
  return sha256Hex(Buffer.from(events.map((event) => JSON.stringify(event)).join('\n')));
}

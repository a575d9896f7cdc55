import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadReplay } from '#shared/adapters/simulator/load-replay.ts';
import { type RunningReplay, startReplay } from '#shared/adapters/simulator/start-replay.ts';
import { krakenSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import { frameLineText } from '#shared/market/recording/frame-line.ts';
import { krakenSpotV2 } from '#shared/market/venues/kraken-spot/v2-syntax.ts';
import type { RawLine } from '#shared/ports/frame-recorder.ts';
import { ReplaySimulator } from '#shared/simulator/replay/replay-simulator.ts';
import { FeedRun } from '../../recordings/feed-run.ts';
import { hasRecordings, RECORDED_DATA, received, transcribed } from '../../recordings/recorded-data.ts';

const START_MS = 1_793_500_000_000;
/** However busy the machine is. */
const PATIENT = { timeout: 15_000 };
const folder = mkdtempSync(join(tmpdir(), 'replay-'));
let running: RunningReplay | null = null;

afterEach(async () => {
  await running?.close();
  running = null;
});

afterAll(() => rmSync(folder, { recursive: true }));

const line = (kind: RawLine['kind'], ms: number, data: string, more: Partial<RawLine> = {}): RawLine => {
  return { kind, connection: 'gate.perp.1.1', tsMs: START_MS + ms, data, ...more };
};

function fileOf(name: string, lines: readonly RawLine[]): string {
  const path = join(folder, name);
  writeFileSync(path, gzipSync(lines.map(frameLineText).join('\n')));
  return path;
}

const OWN = [
  line('connect', 0, '', { url: 'wss://fx-ws.gateio.ws/v4/ws/usdt' }),
  line('send', 10, '{"asked":1}'),
  line('recv', 40, '{"answer":1}'),
  line('http', 60, '{"id":1}', { url: '/api/v4/futures/usdt/order_book?contract=BTC_USDT' }),
  line('recv', 140, '{"frame": 0.10}'),
  line('http', 160, '{"id":2}', { url: '/api/v4/futures/usdt/order_book?contract=BTC_USDT' }),
  line('close', 200, 'gap'),
  { ...line('recv', 900, '{"second":1}'), connection: 'gate.perp.1.2' },
];

describe('recordings behind the simulator’s sockets', () => {
  it('come verbatim, at their distances, from the client’s first message on', () => {
    const replay = new ReplaySimulator(loadReplay([fileOf('own.ndjson.gz', OWN)], null));
    const told: string[] = [];
    const outlet = {
      send: (data: string | Uint8Array) => void told.push(`${replay.nowMs - START_MS} ${String(data)}`),
      close: (code: number) => void told.push(`${replay.nowMs - START_MS} closed ${code}`),
    };
    const pass = (ms: number): void => replay.advanceTo(replay.nowMs + ms);
    expect([replay.refuses('gate_futures'), replay.refuses('kraken_spot'), replay.connect('gate_spot', outlet)]).toEqual([
      false,
      true,
      null,
    ]);
    const first = replay.connect('gate_futures', outlet)!;
    pass(500);
    expect(told).toEqual([]);
    replay.receive(first, '{"asked":2}');
    pass(500);
    expect(told).toEqual(['540 {"answer":1}', '640 {"frame": 0.10}', '700 closed 1000']);
    expect(first.isAlive).toBe(false);
    // The next connection gets the next recording, and then the first one comes again.
    replay.receive(replay.connect('gate_futures', outlet)!, 'x');
    pass(1_000);
    expect(told.at(-1)).toBe('1040 {"second":1}');
    replay.receive(replay.connect('gate_futures', outlet)!, 'x');
    pass(1_000);
    expect(told.slice(4).map((text) => text.split(' ').slice(1).join(' '))).toEqual([
      '{"answer":1}',
      '{"frame": 0.10}',
      'closed 1000',
    ]);
  });

  it('answer REST with what was recorded by then', () => {
    const replay = new ReplaySimulator(loadReplay([fileOf('rest.ndjson.gz', OWN)], null));
    const ask = (target: string) => {
      const { answer } = replay.handle({ client: 'test', method: 'GET', target, atMs: 0 });
      return [answer.status, answer.body];
    };
    const book = '/gate/api/v4/futures/usdt/order_book?contract=BTC_USDT';
    expect(ask(book)).toEqual([200, '{"id":1}']);
    replay.advanceTo(START_MS + 170);
    expect(ask(book)).toEqual([200, '{"id":2}']);
    expect(ask('/gate/api/v4/futures/usdt/contracts')[0]).toBe(404);
  });

  it('say what they are not of', () => {
    const foreign = fileOf('foreign.ndjson.gz', [{ ...OWN[2]!, connection: 'coinbase.spot.1.1' }]);
    expect(() => loadReplay([foreign], null)).toThrow(/no sockets of coinbase\.spot/);
    const plain = join(folder, 'plain.jsonl');
    writeFileSync(plain, '{"channel":"heartbeat"}\n');
    expect(() => loadReplay([plain], null)).toThrow(/name the surface/);
    expect(() => loadReplay([join(folder, 'nowhere.jsonl')], 'kraken_spot')).toThrow(/nowhere\.jsonl cannot be served: ENOENT/);
    expect(loadReplay([plain], 'kraken_spot').streams[0]!.messages).toHaveLength(1);
  });
});

describe.skipIf(!hasRecordings('a venue’s recording through the simulator’s sockets'))('a venue’s recording', () => {
  it('reaches a client through a real socket with every checksum right', { timeout: 30_000 }, async () => {
    const name = 'kraken_v2_book_btcusd.first28.jsonl';
    const path = join(RECORDED_DATA, 'exchange-payloads', 'transcribed', name);
    running = await startReplay(loadReplay([path], 'kraken_spot'), { clock: 'virtual' });
    const frames: string[] = [];
    const socket = new WebSocket(running.streamUrls.kraken_spot!);
    socket.on('message', (data: Buffer) => frames.push(data.toString('utf8')));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}');
    const recorded = received(transcribed(name));
    await expect
      .poll(() => {
        running!.advance(500);
        return frames.length;
      }, PATIENT)
      .toBe(recorded.length);
    socket.terminate();
    expect(frames).toEqual(recorded);
    const run = new FeedRun({
      instruments: [{ symbol: 'BTC/USD', priceDecimals: 1, sizeDecimals: 8 }],
      syntax: krakenSpotV2(),
      rule: krakenSpotRule,
      depth: 10,
      checksum: true,
    });
    for (const text of frames) run.frame(text);
    expect([run.published, run.feed.read(0).state]).toEqual([21, 'live']);
  });
});

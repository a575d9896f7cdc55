import { beforeAll, describe, expect, it } from 'vitest';
import type { FaultRecord, LiveFaultKind } from '#shared/simulator/faults/live-fault.ts';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { stormKinds } from '#shared/simulator/scenarios.ts';
import { FollowingClient } from './following-client.ts';
import { TappedStream } from './tapped-stream.ts';

const SYMBOLS: Readonly<Record<LiveSurface, string>> = {
  kraken_spot: 'DOGE/USD',
  kraken_futures: 'PF_DOGEUSD',
  gate_spot: 'DOGE_USDT',
  gate_futures: 'DOGE_USDT',
};
const MINUTES = 12;

describe('a storm', () => {
  let sim: LiveSimulator;
  let clients: readonly FollowingClient[];

  beforeAll(() => {
    sim = new LiveSimulator({ seed: '4', scenario: 'storm', symbols: ['DOGE'], levels: 80 });
    clients = LIVE_SURFACES.map((surface) => new FollowingClient(sim, surface, [SYMBOLS[surface]]));
    for (let halfSecond = 0; halfSecond < MINUTES * 120; halfSecond++) {
      for (const client of clients) client.step();
      // Somebody also asks REST, so that its faults find requests.
      if (halfSecond % 4 === 0) for (const target of TARGETS) sim.handle({ client: 'a', method: 'GET', target, atMs: 0 });
      sim.advanceTo(sim.nowMs + 500);
    }
  });

  it('never leaves the product’s books wrong without their knowing', () => {
    for (const { tally } of clients) {
      expect(tally.wrong).toEqual([]);
      expect(tally.judged).toBeGreaterThan(1000);
      expect(tally.connects).toBeGreaterThan(3);
      expect(tally.liveSamples / tally.samples).toBeGreaterThan(0.7);
    }
  });

  it.each(LIVE_SURFACES)('throws every kind of fault at %s', (surface) => {
    const happened = new Set(sim.faultLog.filter((record) => record.surface === surface).map(({ kind }) => kind));
    expect(stormKinds(surface).filter((kind) => !happened.has(kind))).toEqual([]);
  });

  it('closes every fault that lasts', () => {
    const open = (phase: FaultRecord['phase']) => sim.faultLog.filter((record) => record.phase === phase).length;
    expect(open('begin') - open('end')).toBeLessThanOrEqual(LIVE_SURFACES.length * 2);
    expect(open('end')).toBeGreaterThan(40);
  });
});

describe('the fault log', () => {
  it.each(LIVE_SURFACES)('holds everything that a listener to %s can see go wrong', (surface) => {
    const sim = new LiveSimulator({ seed: '8', scenario: 'storm', symbols: ['DOGE'], levels: 60 });
    const seen = { closes: 0, refusals: 0, unreadable: 0, connects: 0 };
    let stream: TappedStream | null = null;
    for (let second = 0; second < 400; second++) {
      if (stream === null || stream.closed !== null) {
        if (stream !== null) seen.closes += 1;
        count(seen, stream);
        stream = new TappedStream(sim, surface);
        if (stream.connection === null) {
          seen.refusals += 1;
          stream = null;
        } else {
          seen.connects += 1;
          subscribe(stream, surface);
        }
      }
      sim.advanceTo(sim.nowMs + 1000);
    }
    count(seen, stream);
    const logged = sim.faultLog.filter((record) => record.surface === surface);
    const of = (...kinds: LiveFaultKind[]) => logged.filter((record) => kinds.some((kind) => kind === record.kind));
    const hits = (records: readonly FaultRecord[]) => records.filter(({ phase }) => phase === 'hit').length;
    expect(hits(logged.filter(({ detail }) => detail.startsWith('closed with')))).toBe(
      seen.closes + (stream?.closed === null ? 0 : 1),
    );
    expect(hits(of('corrupt_syntax'))).toBe(seen.unreadable);
    const refused = of('ws_refuse', 'maintenance').filter(({ phase }) => phase === 'end');
    expect(
      refused.reduce((sum, { kind, detail }) => sum + (kind === 'ws_refuse' ? Number(detail.slice(4)) : 0), 0),
    ).toBeLessThanOrEqual(seen.refusals);
    expect(seen.refusals > 0).toBe(refused.length > 0);
    expect(seen.connects).toBeGreaterThan(3);
  });
});

const TARGETS = [
  '/kraken/0/public/Depth?pair=XDGUSD&count=10',
  '/krakenfutures/derivatives/api/v3/orderbook?symbol=PF_DOGEUSD',
  '/gate/api/v4/spot/order_book?currency_pair=DOGE_USDT',
];

function subscribe(stream: TappedStream, surface: LiveSurface): void {
  const symbol = SYMBOLS[surface];
  const requests: Readonly<Record<LiveSurface, unknown>> = {
    kraken_spot: { method: 'subscribe', params: { channel: 'book', symbol: [symbol] } },
    kraken_futures: { event: 'subscribe', feed: 'book', product_ids: [symbol] },
    gate_spot: { channel: 'spot.order_book_update', event: 'subscribe', payload: [symbol, '100ms'] },
    gate_futures: { channel: 'futures.order_book_update', event: 'subscribe', payload: [symbol, '100ms'] },
  };
  stream.send(requests[surface]);
}

function count(seen: { unreadable: number }, stream: TappedStream | null): void {
  if (stream !== null) seen.unreadable += stream.frames.length - stream.decoded().length;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import type { FundingEvent } from '#shared/contracts/market-events/derivative-events.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { EnvelopeType } from '#shared/contracts/stream-envelope.ts';
import { type MicroSample, STREAM_PAYLOADS } from '#shared/contracts/stream-payloads.ts';
import { EnvelopeComposer, type Outgoing } from '#shared/streaming/compose/envelope-composer.ts';
import { envelopeMessage, receivedEnvelope } from '#shared/streaming/envelope/envelope-message.ts';
import { validateEnvelope } from '#shared/streaming/envelope/validate-envelope.ts';
import { bookState, common, depth, gap, print, top } from './sample-events.ts';

const blake3 = await openBlake3();
const MINUTE = 60_000;

function composer() {
  return new EnvelopeComposer({ blake3, contractOf: () => undefined, region: 'local', leaseEpoch: 0 });
}

/** Payloads of what was composed, each checked against its contract. */
function payloads(found: readonly Outgoing[], type: EnvelopeType): readonly Record<string, unknown>[] {
  return found
    .filter(({ envelope }) => envelope.attributes.type === type)
    .map(({ envelope }) => STREAM_PAYLOADS[type].parse(JSON.parse(Buffer.from(envelope.payload).toString())));
}

function samples(found: readonly Outgoing[]) {
  return payloads(found, 'micro_sample').map((payload) => {
    const { sample, tops } = payload as { sample: MicroSample; tops: unknown[] };
    return { ...sample, tops: tops.length };
  });
}

describe('samples of books', () => {
  it('are of whole seconds, and see nothing that came later', () => {
    const one = composer();
    for (const event of [top('BTC', 1_200), depth('BTC', 1_300), top('BTC', 1_900, { bid: 99 }), top('BTC', 2_001, { bid: 1 })])
      one.push(event);
    const found = one.due(2_500);
    expect(samples(found)).toMatchObject([
      { ts: 2_000, bid: 99, ask: 100.1, depth_200bps_ask: 2_200, truncated_ask_bps: 200, book_state: 'live', tops: 2 },
    ]);
    expect(found[0]).toMatchObject({ topic: 'md-book', envelope: { symbol: 'BTC-USD', source: 'kraken', tsNs: 2_000_000_000n } });
    expect(samples(one.due(3_001))).toMatchObject([{ ts: 3_000, bid: 1, tops: 1, truncated_bid_bps: null }]);
  });

  it('say why there are no numbers', () => {
    const one = composer();
    one.push(top('BTC', 1_000));
    one.push(bookState('BTC', 1_500, 'checksum'));
    one.push(bookState('BTC', 2_500, null));
    one.push(top('BTC', 3_500, { ask: 100 }));
    expect(samples(one.due(12_001)).map(({ ts, book_state, bid, spread_bps }) => [ts, book_state, bid, spread_bps])).toEqual([
      [2_000, 'checksum', null, null],
      [3_000, 'waiting', null, null],
      [12_000, 'stale', null, null],
    ]);
    expect(samples(composerAfter([bookState('BTC', 1_500, null)]).due(2_001))).toMatchObject([{ book_state: 'waiting' }]);
    expect(samples(composerAfter([top('BTC', 1_500, { ask: 100 })]).due(2_001))).toMatchObject([{ bid: 100, spread_bps: null }]);
  });

  it('leave seconds empty in which nobody looked', () => {
    const one = composerAfter([top('BTC', 1_000)]);
    expect(samples(one.due(3_600_500)).map(({ ts, book_state }) => [ts, book_state])).toEqual([[3_600_000, 'stale']]);
  });
});

describe('prints', () => {
  it('travel together for a quarter of a second, in their order, gaps in their place', () => {
    const one = composerAfter([print('BTC', 1_000), print('ETH', 1_100), gap('BTC', 1_150), print('BTC', 1_200)]);
    expect(payloads(one.due(1_249), 'trades')).toEqual([]);
    const found = one.due(1_250);
    expect(payloads(found, 'trades')).toMatchObject([
      { events: [{ trade_id: '1000' }, { type: 'trade_gap' }, { trade_id: '1200' }] },
    ]);
    expect(found[0]!.envelope).toMatchObject({ tsNs: 1_200_000_000n, attributes: { seq: 1, schema_id: 'trades.v1' } });
    expect(payloads(one.flush(1_251), 'trades')).toMatchObject([{ events: [{ trade_id: '1100' }] }]);
  });

  it('become bars that are closed and whole', () => {
    const one = composer();
    one.push(print('BTC', 30_000, { price: 90 }));
    const second = [
      print('BTC', MINUTE, { price: 100 }),
      print('BTC', MINUTE + 1, { price: 110 }),
      print('BTC', 2 * MINUTE - 1, { price: 105 }),
    ];
    for (const event of second) one.push(event);
    one.push(print('BTC', 2 * MINUTE + 5, { price: 104 }));
    expect(payloads(one.due(2 * MINUTE + 1_999), 'bar')).toEqual([]);
    const found = one.due(2 * MINUTE + 2_000);
    const bar = { ts: 2 * MINUTE, open: 100, high: 110, low: 100, close: 105, volume: 1.5, quote_volume: 157.5, trades: 3 };
    expect(payloads(found, 'bar')).toMatchObject([{ ...bar, available_at: 2 * MINUTE + 2_000 }]);
    one.push(print('BTC', 2 * MINUTE + 2_100, { ts_event: 2 * MINUTE - 5 }));
    expect(one.barCounters).toEqual({ built: 1, incomplete: 1, late: 1 });
  });

  it('become no bar where some were lost, or what a contract holds is unknown', () => {
    const lost = composerAfter([print('BTC', 1), print('BTC', MINUTE), gap('BTC', MINUTE + 5), print('BTC', 3 * MINUTE - 9)]);
    expect(payloads(lost.due(9 * MINUTE), 'bar')).toEqual([]);
    expect(lost.barCounters.incomplete).toBe(3);
    const unknown = composerAfter([print('BTC', 1, { unit: 'contracts' }), print('BTC', MINUTE, { unit: 'contracts' })]);
    expect(payloads(unknown.due(9 * MINUTE), 'bar')).toEqual([]);
  });
});

describe('values of derivatives', () => {
  const funding = (at: number, rate: number): FundingEvent => {
    const terms = { unit: 'fraction', rate, interval_ms: 3_600_000, predicted_rate: null, next_settlement: null } as const;
    return { ...common('BTC', at), ...terms, type: 'funding' };
  };

  it('are told at once, then the newest every ten seconds', () => {
    const one = composerAfter([funding(1_000, 1), funding(2_000, 2), funding(3_000, 3)]);
    expect(payloads(one.due(3_500), 'funding').map(({ rate }) => rate)).toEqual([1]);
    expect(payloads(one.due(11_000), 'funding').map(({ rate }) => rate)).toEqual([3]);
    one.push(funding(12_000, 4));
    expect(payloads(one.due(12_000), 'funding')).toEqual([]);
    expect(payloads(one.flush(12_001), 'funding').map(({ rate }) => rate)).toEqual([4]);
  });
});

it('loses no print, numbers each line without a gap, and seals everything validly', () => {
  const event = fc.record({
    kind: fc.constantFrom('print', 'top', 'depth'),
    base: fc.constantFrom('BTC', 'ETH'),
    after: fc.nat({ max: 900 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (steps) => {
      const one = composer();
      const found: Outgoing[] = [];
      const sent: MarketEvent[] = [];
      let at = 1_000;
      for (const { kind, base, after } of steps) {
        at += after;
        const next = kind === 'print' ? print(base, at) : kind === 'top' ? top(base, at) : depth(base, at);
        one.push(next);
        sent.push(next);
        if (after % 3 === 0) found.push(...one.due(at));
      }
      found.push(...one.flush(at + 1));
      const prints = payloads(found, 'trades').flatMap(({ events }) => events as MarketEvent[]);
      for (const base of ['BTC', 'ETH']) {
        const of = (events: readonly MarketEvent[]) =>
          events.filter(({ type, instrument }) => type === 'trade' && instrument.startsWith(base));
        expect(of(prints)).toEqual(of(sent));
      }
      const lines = Map.groupBy(found, ({ topic, envelope }) => `${topic} ${envelope.source}:${envelope.symbol}`);
      for (const line of lines.values()) {
        expect(line.map(({ envelope }) => envelope.attributes.seq)).toEqual(line.map((_, i) => i + 1));
      }
      for (const { envelope } of found)
        expect(validateEnvelope(blake3, receivedEnvelope(envelopeMessage(envelope)))).toEqual({ ok: true, value: envelope });
    }),
  );
});

function composerAfter(events: readonly MarketEvent[]): EnvelopeComposer {
  const one = composer();
  for (const event of events) one.push(event);
  return one;
}

import { describe, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { fromUtf8 } from '#shared/core/text-bytes.ts';
import { LiveQuality } from '#shared/market/live-quality/live-quality.ts';
import { envelopeRows } from '#shared/streaming/cold/envelope-rows.ts';
import type { ClosedBar } from '#shared/streaming/compose/bar-builder.ts';
import { EnvelopeComposer, type Outgoing } from '#shared/streaming/compose/envelope-composer.ts';
import { LiveJudge } from '#shared/streaming/compose/live-judge.ts';
import { envelopeMessage } from '#shared/streaming/envelope/envelope-message.ts';
import { print } from './sample-events.ts';

const blake3 = await openBlake3();
const MINUTE_MS = 60_000;
const START_MS = 1_800_000_000_000;

function world() {
  const quality = new LiveQuality({ venues: null });
  const heard: number[] = [];
  const ignore = (): void => undefined;
  const onBar = ({ bar }: ClosedBar): void => void heard.push((bar.ts - START_MS) / MINUTE_MS);
  const listener = { onSample: ignore, onMark: ignore, onDue: ignore, onBar };
  const options = {
    blake3,
    contractOf: () => undefined,
    region: 'local',
    leaseEpoch: 0,
    judge: new LiveJudge(quality),
    listener,
  };
  return { quality, composer: new EnvelopeComposer(options), heard };
}

function payloadOf({ envelope }: Outgoing) {
  return JSON.parse(fromUtf8(envelope.payload)!);
}

/** Tables and reasons of the rows that envelopes become. */
function rowsOf(composed: readonly Outgoing[]) {
  return composed.flatMap(({ envelope }) => envelopeRows(envelope)).map(({ schema, row }) => [schema.table, row.reason ?? null]);
}

/** Steps as those of a quiet market, the same in every run. */
function quietPrice(n: number): number {
  return 100 * (1 + 0.0005 * Math.sin(n * 2.4) + 0.0003 * Math.cos(n * 1.1));
}

/** A minute of prints, one a second, of which `at` are other ones; what was composed until its bar is due. */
function minute(composer: EnvelopeComposer, index: number, own: Parameters<typeof print>[2] = {}, at: readonly number[] = []) {
  const composed: Outgoing[] = [];
  for (let second = 0; second < 60; second++) {
    const atMs = START_MS + index * MINUTE_MS + second * 1000;
    composer.push(print('BTC', atMs, at.includes(second) ? own : { price: quietPrice(index * 60 + second) }));
    composed.push(...composer.due(atMs + 500));
  }
  return composed;
}

/** Minutes of prints and the moment when the bar of the last one is due. */
function minutes(composer: EnvelopeComposer, from: number, count: number) {
  const composed = Array.from({ length: count }, (_, at) => minute(composer, from + at)).flat();
  return [...composed, ...composer.due(START_MS + (from + count) * MINUTE_MS + 2_500)];
}

describe('what the validation found on its way', () => {
  it('leaves good records as they are, byte for byte', () => {
    const { composer } = world();
    const plain = new EnvelopeComposer({ blake3, contractOf: () => undefined, region: 'local', leaseEpoch: 0 });
    expect(minutes(composer, 0, 3)).toEqual(minutes(plain, 0, 3));
  });

  it('marks a rejected print, keeps it in quarantine and leaves its minute without a bar', () => {
    const { composer } = world();
    const before = minutes(composer, 0, 2);
    const composed = [...before, ...minute(composer, 2, { price: 100_000 }, [30]), ...minutes(composer, 3, 1)];
    const rows = rowsOf(composed);
    // All 240 are there: the far one, and the step back from it.
    expect(rows.filter(([table]) => table === 'trades')).toHaveLength(238);
    expect(rows.filter(([, reason]) => reason === 'anomaly_price')).toHaveLength(2);
    const closes = composed.filter(({ envelope }) => envelope.attributes.type === 'bar').map((one) => payloadOf(one).ts);
    expect(closes.map((ts) => (ts - START_MS) / MINUTE_MS)).toEqual([1, 2, 4]);
  });

  it('holds back the bars of a pair that is not believed: marked, and kept in quarantine', () => {
    const { quality, composer, heard } = world();
    quality.restore([{ source: 'kraken', symbol: 'BTC-USD', sinceMs: START_MS, tables: ['ohlcv_1m'], checks: ['stale'] }]);
    const composed = minutes(composer, 0, 6);
    // Two bars pass while the pair is held, the third releases it.
    expect(heard).toEqual([3, 4, 5, 6]);
    const bar = composed.find(({ envelope }) => envelope.attributes.type === 'bar')!;
    expect(payloadOf(bar)).toMatchObject({ quality: 'suspect', reasons: ['pair_quarantined'] });
    expect(rowsOf([bar])).toEqual([['quarantine', 'pair_quarantined']]);
  });

  it('keeps what no payload can hold by its text, and takes the minute for incomplete', () => {
    const { composer } = world();
    minutes(composer, 0, 1);
    const composed = [...minute(composer, 1, { qty: Number.NaN }, [10]), ...composer.due(START_MS + 2 * MINUTE_MS + 2_500)];
    expect(rowsOf(composed)).toContainEqual(['quarantine', 'not_finite']);
    expect(composed.some(({ envelope }) => envelope.attributes.type === 'bar')).toBe(false);
    const refusal = composed.find((one) => one.topic === 'data-quality' && payloadOf(one).kind === 'refusal')!;
    expect(payloadOf(refusal).text).toContain('"qty":"NaN"');
    expect(envelopeMessage(refusal.envelope, refusal.orderingKey).orderingKey).toBe('trades');
  });
});

import { describe, expect, it } from 'vitest';
import type { Bar } from '#shared/contracts/stream-payloads.ts';
import { LiveQuality } from '#shared/market/live-quality/live-quality.ts';
import { bar, barAt, funding, mark, PAIR, print, START_MS } from './sample-records.ts';

function world() {
  const quality = new LiveQuality({ venues: new Set(['kraken', 'gate', 'coinbase']) });
  const one = (each: Bar, pair: { readonly source: string; readonly symbol: string } = PAIR) =>
    quality.judgeBars([{ pair, bar: each }], each.ts + 2_100)[0]!;
  return { quality, one };
}

/** A world in which a hundred quiet minutes went by. */
function quietWorld() {
  const { quality, one } = world();
  const judged = Array.from({ length: 100 }, (_, minute) => one(bar(minute)));
  return { quality, one, judged };
}

describe('bars', () => {
  it('finds nothing wrong with quiet ones', () => {
    const { quality, judged } = quietWorld();
    expect(new Set(judged.flatMap(({ reasons }) => reasons))).toEqual(new Set());
    expect(quality.messages(START_MS + 1e7)).toEqual([]);
  });

  it.each<[string, Partial<Bar>, string]>([
    ['a high below the close', { high: 99 }, 'ohlc_inconsistent'],
    ['a low above the open', { low: 101 }, 'ohlc_inconsistent'],
    ['a price of nothing', { low: 0 }, 'value_invalid'],
    ['a negative volume', { volume: -1 }, 'value_invalid'],
    ['a close that is no number', { close: Number.NaN }, 'not_finite'],
    ['an endless volume', { volume: Number.POSITIVE_INFINITY }, 'not_finite'],
  ])('rejects one with %s', (_what, own, check) => {
    const { one } = quietWorld();
    const judged = one(bar(100, own));
    expect(judged.isRejected).toBe(true);
    expect(judged.reasons).toContain(check);
  });

  it('lets no number that is none into a window: the next bar is judged as if it had not been', () => {
    const [clean, dirty] = [quietWorld(), quietWorld()];
    dirty.one(bar(100, { close: Number.NaN, high: Number.NaN }));
    dirty.one(bar(101, { volume: Number.NEGATIVE_INFINITY }));
    for (let minute = 102; minute < 130; minute++) expect(dirty.one(bar(minute))).toEqual(clean.one(bar(minute)));
    expect(dirty.one(barAt(130, 130))).toEqual(clean.one(barAt(130, 130)));
  });

  it('tells the text of what no payload can hold', () => {
    const { quality, one } = quietWorld();
    expect(one(bar(100, { close: Number.NaN })).isRefused).toBe(true);
    const [refusal] = quality.messages(START_MS).filter(({ message }) => message.kind === 'refusal');
    expect(refusal!.message).toMatchObject({ table: 'ohlcv_1m', checks: ['not_finite'], field: 'close' });
    expect(refusal!.message).toHaveProperty('text', expect.stringContaining('"close":"NaN"'));
  });

  it('flags an outlier, and rejects a far one', () => {
    const { quality, one } = quietWorld();
    const last = bar(99).close;
    expect(one(barAt(100, last * 1.05))).toMatchObject({ isRejected: true, reasons: ['anomaly_price'] });
    expect(quality.counters.quarantined.get('ohlcv_1m_close')).toBe(1);
  });

  it('warns of a jump, a spike and nothing else by them', () => {
    const { quality, one } = world();
    one(barAt(0, 100));
    expect(one(barAt(1, 115)).reasons).toEqual([]);
    expect(one(barAt(2, 115 * 1.151))).toMatchObject({ isRejected: false, reasons: ['price_gap'] });
    const volumes = world();
    for (let minute = 0; minute < 30; minute++) volumes.one(bar(minute, { volume: minute % 2 === 0 ? 1 : 40 }));
    expect(volumes.one(bar(30, { volume: 110 }))).toMatchObject({ isRejected: false, reasons: ['volume_spike'] });
    expect(quality.counters.errors.size).toBe(0);
  });

  it('fails one that comes late, and keeps it', () => {
    const { quality } = world();
    const [late] = quality.judgeBars([{ pair: PAIR, bar: bar(0) }], bar(0).available_at + 10_001);
    expect(late).toEqual({ isRejected: false, isRefused: false, reasons: ['stale'] });
    expect(quality.counters.errors.get('stale')).toBe(1);
    expect(quality.judgeBars([{ pair: PAIR, bar: bar(1) }], bar(1).available_at + 10_000)[0]!.reasons).toEqual([]);
  });

  it('warns of a close a hundredth off the other venues, and fails the third in a row', () => {
    const { quality } = world();
    const pairs = ['kraken', 'gate', 'coinbase'].map((source) => ({ source, symbol: 'BTC-USD' }));
    const minute = (at: number, off: number) =>
      quality.judgeBars(
        pairs.map((pair, index) => ({ pair, bar: barAt(at, index === 1 ? 100 * (1 + off) : 100) })),
        bar(at).ts + 2_100,
      );
    expect(minute(0, 0.0099).map(({ reasons }) => reasons)).toEqual([[], [], []]);
    for (const at of [1, 2]) expect(minute(at, 0.011).map(({ reasons }) => reasons)).toEqual([[], ['cross_venue'], []]);
    expect(quality.counters.errors.size).toBe(0);
    minute(3, 0.011);
    expect([quality.counters.warnings.get('cross_venue'), quality.counters.errors.get('cross_venue')]).toEqual([2, 1]);
  });

  it('warns of a price that stands still while others move', () => {
    const { quality } = world();
    const others = { source: 'gate', symbol: 'ETH-USD' };
    const minute = (at: number) =>
      quality.judgeBars(
        [
          { pair: PAIR, bar: barAt(at, 100) },
          { pair: others, bar: barAt(at, 50 + at) },
        ],
        bar(at).ts + 2_100,
      )[0]!.reasons;
    expect(Array.from({ length: 7 }, (_, at) => minute(at))).toEqual([[], [], [], [], [], [], ['flatline']]);
    // Without a bar of its own, it stands still all the more.
    quality.judgeBars([{ pair: others, bar: barAt(7, 70) }], bar(7).ts + 2_100);
    expect(quality.counters.warnings.get('flatline')).toBe(2);
  });

  it('refuses names that are none, and venues that nobody allowed', () => {
    const { one } = world();
    expect(one(bar(0), { source: 'kraken', symbol: 'btc-usd' }).reasons).toEqual(['symbol_form']);
    expect(one(bar(0), { source: 'elsewhere.spot', symbol: 'BTC-USD' }).reasons).toEqual(['venue_not_allowed']);
  });
});

describe('the quarantine of a pair', () => {
  const bad = (minute: number) => bar(minute, { low: -1 });

  it('begins with the fifth failure in a row and ends with the third pass; its bars are rejected meanwhile', () => {
    const { quality, one } = world();
    for (let minute = 0; minute < 4; minute++) one(bad(minute));
    one(bar(4));
    for (let minute = 5; minute < 9; minute++) one(bad(minute));
    expect(quality.pairs.isHeld(PAIR)).toBe(false);
    one(bad(9));
    expect(quality.pairs.isHeld(PAIR)).toBe(true);
    expect(quality.counters.quarantined.get('pair')).toBe(1);
    expect([10, 11].map((minute) => one(bar(minute)))).toEqual([
      { isRejected: true, isRefused: false, reasons: ['pair_quarantined'] },
      { isRejected: true, isRefused: false, reasons: ['pair_quarantined'] },
    ]);
    expect(one(bar(12))).toEqual({ isRejected: false, isRefused: false, reasons: [] });
    const changes = quality.messages(START_MS).flatMap(({ message }) => (message.kind === 'quarantine' ? [message] : []));
    expect(changes).toMatchObject([
      { state: 'quarantined', table: 'ohlcv_1m', checks: ['value_invalid'] },
      { state: 'released', table: 'ohlcv_1m', checks: [] },
    ]);
  });

  it('is not ended by good prints while bars are bad, and concerns no other pair', () => {
    const { quality, one } = world();
    for (let minute = 0; minute < 5; minute++) {
      one(bad(minute));
      quality.judgePrint(PAIR, print(minute * 60_000, 100));
      quality.closePrints(PAIR);
    }
    expect(quality.pairs.held).toMatchObject([{ ...PAIR, tables: ['ohlcv_1m'], checks: ['value_invalid'] }]);
    expect(one(bar(9), { source: 'gate', symbol: 'BTC-USD' }).isRejected).toBe(false);
  });

  it('goes on in the next process', () => {
    const { quality, one } = world();
    quality.restore([{ ...PAIR, sinceMs: START_MS, tables: ['ohlcv_1m'], checks: ['stale'] }]);
    expect([0, 1, 2].map((minute) => one(bar(minute)).isRejected)).toEqual([true, true, false]);
  });
});

describe('prints', () => {
  /** Prints around 100 whose steps are mostly none, as those of a quiet book are. */
  const quiet = (quality: LiveQuality) => {
    for (let at = 0; at < 60; at++) quality.judgePrint(PAIR, print(at * 100, at % 10 === 0 ? 100.01 : 100));
    quality.closePrints(PAIR);
  };

  it('rejects one that is far off, and takes a step of less than a hundredth for ordinary', () => {
    const { quality } = world();
    quiet(quality);
    expect(quality.judgePrint(PAIR, print(6_000, 100.9)).reasons).toEqual([]);
    expect(quality.judgePrint(PAIR, print(6_100, 100_900))).toMatchObject({ isRejected: true, reasons: ['anomaly_price'] });
  });

  it('counts those that leave together as one record, as late as the newest', () => {
    const { quality } = world();
    const late = { ts_recv: START_MS + 20_000 };
    for (const at of [1_000, 2_000, 9_999]) expect(quality.judgePrint(PAIR, print(at, 100, late)).isRejected).toBe(false);
    quality.closePrints(PAIR);
    expect(quality.counters.errors.get('stale')).toBe(1);
    for (const at of [1_000, 10_000]) quality.judgePrint(PAIR, print(at, 100, late));
    quality.closePrints(PAIR);
    expect(quality.counters.errors.get('stale')).toBe(1);
  });

  it('rejects one of the future', () => {
    const { quality } = world();
    const ahead = (ms: number) => quality.judgePrint(PAIR, print(50_000, 100, { ts_recv: START_MS + 50_000 - ms }));
    expect([ahead(2_000).reasons, ahead(2_001).reasons]).toEqual([[], ['ts_future']]);
  });

  it('rejects everything of a venue whose clock runs ahead, until it does not', () => {
    const { quality } = world();
    const ahead = (at: number) => quality.judgePrint(PAIR, print(at, 100, { ts_recv: START_MS + at - 10_001 }));
    for (let at = 1; at <= 5; at++) ahead(at);
    expect(ahead(6).reasons).toEqual(['ts_future', 'clock_drift']);
    expect(quality.judgeSample(PAIR, mark(7)).reasons).toEqual(['clock_drift']);
    expect(quality.judgeSample({ source: 'gate', symbol: 'BTC-USD' }, mark(7)).reasons).toEqual([]);
    expect(quality.judgePrint(PAIR, print(8, 100)).reasons).toEqual([]);
    expect(quality.judgeSample(PAIR, mark(9)).reasons).toEqual([]);
  });

  it('takes prints that are late for a minute on end for a wrong clock, and those after a pause for late', () => {
    const { quality } = world();
    const late = (at: number) => quality.judgePrint(PAIR, print(at, 100, { ts_recv: START_MS + at + 10_001 })).reasons;
    expect([0, 1_000, 59_999].map(late)).toEqual([[], [], []]);
    expect(late(60_000)).toEqual(['clock_drift']);
    expect(quality.judgePrint(PAIR, print(70_000, 100)).reasons).toEqual([]);
    expect(late(71_000)).toEqual([]);
  });
});

describe('samples of derivatives', () => {
  it('takes a good one, and one whose source says that there is none', () => {
    const { quality } = world();
    expect(quality.judgeSample(PAIR, mark(0)).reasons).toEqual([]);
    expect(quality.judgeSample(PAIR, funding(0, { quality: 'missing', rate: null })).reasons).toEqual([]);
  });

  it.each([
    ['no rate', funding(0, { rate: null }), 'field_missing'],
    ['no number for a rate', funding(0, { rate: Number.NaN }), 'not_finite'],
    ['a mark of nothing', mark(0, { mark_price: 0 }), 'value_invalid'],
    ['a mark that its source did not trust', mark(0, { quality: 'suspect' }), 'source_suspect'],
  ])('rejects one with %s', (_what, event, check) => {
    const judged = world().quality.judgeSample(PAIR, event);
    expect(judged.isRejected).toBe(true);
    expect(judged.reasons).toContain(check);
  });

  it('asks for the age of all but the first, with which histories begin', () => {
    const { quality } = world();
    const aged = (ms: number) => mark(0, { ts_recv: START_MS + ms });
    expect(quality.judgeSample(PAIR, aged(3_600_000)).reasons).toEqual([]);
    expect(quality.judgeSample(PAIR, aged(60_000)).reasons).toEqual([]);
    expect(quality.judgeSample(PAIR, aged(60_001))).toEqual({ isRejected: false, isRefused: false, reasons: ['stale'] });
  });
});

describe('spreads', () => {
  it('warns of wide ones, and of ones three times the mean', () => {
    const { quality } = world();
    for (let at = 0; at < 20; at++) quality.noteSpread(PAIR, 2);
    for (const bps of [null, Number.NaN, 6]) quality.noteSpread(PAIR, bps);
    expect(quality.counters.warnings.get('wide_spread')).toBeUndefined();
    quality.noteSpread(PAIR, 7);
    expect(quality.counters.warnings.get('wide_spread')).toBe(1);
    const other = world().quality;
    for (const bps of [200, 200.1]) other.noteSpread(PAIR, bps);
    expect(other.counters.warnings.get('wide_spread')).toBe(1);
  });
});

describe('messages', () => {
  it('tell a verdict when it is another one, at most every ten seconds, the worst of what came', () => {
    const { quality, one } = world();
    one(bar(0));
    expect(quality.messages(START_MS)).toEqual([]);
    one(bar(1, { low: -1 }));
    one(bar(2));
    expect(quality.messages(START_MS + 9_999)).toEqual([]);
    const [told] = quality.messages(START_MS + 10_000);
    expect(told!.message).toMatchObject({ kind: 'verdict', table: 'ohlcv_1m', verdict: 'fail', before: 'pass' });
    one(bar(3, { low: -1 }));
    expect(quality.messages(START_MS + 20_000)).toEqual([]);
    one(bar(4));
    expect(quality.messages(START_MS + 30_000)[0]!.message).toMatchObject({
      verdict: 'pass',
      before: 'fail',
      grade: 'excellent',
    });
  });
});

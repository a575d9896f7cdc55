import { describe, expect, it } from 'vitest';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { Observations } from '#shared/pool/calendar/observations.ts';
import { type FeatureColumns, featureWorkspace, SYMBOL_COLUMNS } from '#shared/pool/features/feature-columns.ts';
import { benchmarkColumns, EVERY_DAY_COLUMNS, writeFeatures } from '#shared/pool/features/write-features.ts';

const COUNT = 700;
const RULE = { minValidFrac: 0.8, lookupLag: 3, stabilityMissing: 'skip', liquidDayQuoteVolume: 1000 } as const;

/** A random walk with gaps. */
function walk(symbolIndex: number): Observations {
  const random = seededRandom(`walk ${symbolIndex}`);
  let price = 100;
  const close = Float64Array.from({ length: COUNT }, () => {
    price *= 1 + (random.next() - 0.5) / 10;
    return random.next() < 0.03 ? Number.NaN : price;
  });
  return {
    symbol: `S${symbolIndex}USDT`,
    symbolIndex,
    day: Int32Array.from({ length: COUNT }, (_, i) => 18_000 + i),
    count: COUNT,
    tradeCount: undefined,
    takerBuyBaseVolume: undefined,
    takerBuyQuoteVolume: undefined,
    hasCandle: Uint8Array.from(close, (value) => Number(!Number.isNaN(value))),
    open: close,
    high: close.map((value) => value * 1.02),
    low: close.map((value) => value * 0.97),
    close,
    volume: close,
    quoteVolume: close.map((value) => (value % 7) * 400),
  };
}

function featuresFrom(from: number): FeatureColumns {
  const workspace = featureWorkspace(COUNT);
  const benchmark = benchmarkColumns([walk(1)], 18_000, 18_000 + COUNT - 1, RULE, workspace);
  const lane = featureWorkspace(COUNT);
  writeFeatures(walk(2), benchmark, false, RULE, lane, from);
  return lane.columns;
}

describe('features that are wanted from some observation on', () => {
  const all = featuresFrom(0);

  it.each([1, 49, 99, 100, 101, 250, 398, 399, 400, 415, 430, 440, 448, 555, 699])(
    'have the same bits there as if all were wanted: %i',
    (from) => {
      const late = featuresFrom(from);
      for (const name of SYMBOL_COLUMNS) {
        const start = EVERY_DAY_COLUMNS.has(name) ? 0 : from;
        expect(Array.from(late[name].subarray(start)), name).toEqual(Array.from(all[name].subarray(start)));
      }
    },
  );

  it('leave out what nobody wants', () => {
    expect(featuresFrom(600).ulcer_index.subarray(300, 400)).not.toEqual(all.ulcer_index.subarray(300, 400));
  });
});

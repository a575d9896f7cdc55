import { describe, expect, it } from 'vitest';
import actionsFile from '#params/asset_actions.json' with { type: 'json' };
import { assetActionsSchema } from '#shared/contracts/asset-actions.ts';
import { buildPanel } from '#shared/pool/build-panel.ts';
import { readParams } from '../golden/pool-params.ts';
import { hasShared, readCandles, sharedPath } from '../golden/read-csv.ts';
import { recordedInput } from '../golden/recorded-pool.ts';

const { actions } = assetActionsSchema.parse(actionsFile);

/** Per set and date: how the build ended with `reference` and with `core_major`. */
const SETS = [
  [
    'ohlcv-1d',
    {
      '2019-03-31': ['0 members', 'benchmark_incomplete'],
      '2021-05-31': ['3 members', '3 members'],
      '2024-11-30': ['6 members', '6 members'],
      '2024-12-31': ['3 members', '3 members'],
      '2025-06-30': ['3 members', 'benchmark_incomplete'],
    },
  ],
  [
    'ohlcv-1d-spot203-2021-2022',
    {
      '2021-02-28': ['0 members', 'benchmark_incomplete'],
      '2022-05-31': ['0 members', '0 members'],
      '2022-06-30': ['0 members', '0 members'],
      '2022-07-31': ['0 members', 'benchmark_incomplete'],
    },
  ],
  [
    'ohlcv-1d-bybit-linear',
    {
      '2020-10-31': ['benchmark_incomplete', 'benchmark_incomplete'],
      '2021-12-31': ['0 members', '0 members'],
      '2023-06-15': ['4 members', '3 members'],
      '2024-12-31': ['6 members', '7 members'],
    },
  ],
] as const;

/** How a build ended: the members it found, or the codes it refused with. */
function outcome(
  set: string,
  asOf: string,
  params: ReturnType<typeof readParams>,
  candles: ReturnType<typeof readCandles>,
): string {
  const built = buildPanel({ ...recordedInput(candles, params, asOf), actions });
  if (!built.ok) {
    for (const { message } of built.error) expect(message, `${set} ${asOf}`).toMatch(/^\S+ .{20,}/);
    return built.error.map(({ code }) => code).join(' ');
  }
  const { universe, exclusions, training, scoring, regimes } = built.value;
  expect(universe.members.length + exclusions.length).toBe(candles.length);
  expect(exclusions.every(({ reasons }) => reasons.length > 0)).toBe(true);
  expect(scoring.rowCount).toBe(universe.members.length);
  expect([...training.target].every((target) => target >= 0 && target <= 1)).toBe(true);
  expect(regimes.every(({ confidence }) => confidence >= 0 && confidence <= 1)).toBe(true);
  return `${universe.members.length} members`;
}

describe.each(SETS)('builds from %s', (set, expected) => {
  it.skipIf(!hasShared(`data/${set}`))('finish, or refuse with reasons that a person understands', () => {
    const candles = readCandles(sharedPath(`data/${set}`));
    const outcomes = Object.keys(expected).map((asOf) => {
      return [asOf, (['reference', 'core_major'] as const).map((name) => outcome(set, asOf, readParams(name), candles))];
    });
    expect(Object.fromEntries(outcomes)).toEqual(expected);
  });
});

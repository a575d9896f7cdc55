import { expect, it } from 'vitest';
import type { UniverseState } from '#shared/contracts/universe-state.ts';
import type { PanelInput } from '#shared/pool/panel-input.ts';
import { coverageRefusals } from '#shared/pool/refusals.ts';
import { readParams } from '../golden/pool-params.ts';

const eligible = Array.from({ length: 40 }, (_, i) => `S${i}`);
const state = (members: readonly string[]): UniverseState => ({
  schema: 'universe_state.v1',
  refresh_date: '2026-09-30',
  members: [...members],
  streaks: {},
  universe_params_sha256: '0'.repeat(64),
});

it.each([
  [['S0', 'S1'], ['S0', 'S1'], false],
  [['S0', 'S1', 'S2'], [], true],
  [['M1', 'M2'], ['M1', 'M2', 'M3'], false],
  [['M1', 'M2', 'M3'], ['M1', 'M2', 'M3'], true],
  [[], [], false],
] as const)('failed %j with members %j: coverage is low = %s', (failedSymbols, members, low) => {
  const base = { candles: [], metadata: [], params: readParams('core_major'), asOf: 0, source: 'sim', failedSymbols };
  const codes = (input: PanelInput): string[] => coverageRefusals(input, eligible).map(({ code }) => code);
  expect(codes({ ...base, universeState: state(members) })).toEqual(low ? ['coverage_low'] : []);
  expect(codes({ ...base, previousPool: members })).toEqual(low ? ['coverage_low'] : []);
});

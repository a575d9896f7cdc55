import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { inferInstruments } from '#shared/market/infer-instruments.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { panelOrThrow } from './golden-pool.ts';
import { readParams } from './pool-params.ts';
import { readCandles, sharedPath } from './read-csv.ts';

export const BYBIT = 'data/ohlcv-1d-bybit-linear';

/** Recorded sets carry no metadata: no quality rules, no prefilter, state derived (pool spec §18). */
export function recordedParams(name: 'reference' | 'core_major'): PoolParams {
  const params = readParams(name);
  return {
    ...params,
    quality: { enforce: false },
    prefilter: { ...params.prefilter, mode: 'off' },
    universe: { ...params.universe, state: 'rederive' },
  };
}

/** Panels of the recorded Bybit candles as of 2024-11-30, the candles read once. */
export function bybitPanels(): (params: PoolParams) => Panel {
  const asOf = parseDay('2024-11-30')!;
  const candles = readCandles(sharedPath(BYBIT));
  return (params) => {
    const instruments = inferInstruments(
      candles.map(({ symbol }) => symbol),
      params.metadata.quote_assets,
    );
    return panelOrThrow({ candles, metadata: [{ knownFrom: asOf, instruments }], params, asOf, source: 'recorded' });
  };
}

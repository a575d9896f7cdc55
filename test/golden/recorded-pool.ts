import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import { inferInstruments } from '#shared/market/infer-instruments.ts';
import type { PanelInput } from '#shared/pool/panel-input.ts';

/** Overrides that the vectors on recorded data assume: no prefilter, quality off, membership derived (pool spec §18). */
export function vectorParams(params: PoolParams, universeMode: string): PoolParams {
  return {
    ...params,
    universe: { ...params.universe, mode: universeMode, state: 'rederive' },
    prefilter: { ...params.prefilter, mode: 'off' },
    quality: { enforce: false },
  };
}

/** Recorded candles come without metadata: everything trades spot and is named after its base. */
export function recordedInput(candles: readonly CandleSeries[], params: PoolParams, asOf: string): PanelInput {
  const day = parseDay(asOf)!;
  const instruments = inferInstruments(
    candles.map(({ symbol }) => symbol),
    params.metadata.quote_assets,
  );
  return { candles, metadata: [{ knownFrom: day, instruments }], params, asOf: day, source: 'recorded' };
}

import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import type { TickPass } from './tick-pass.ts';

/** Liquidated longs and shorts of every derivative over both windows. */
export function computeLiquidations(pass: TickPass): void {
  const { memory, params, tickTs } = pass;
  const { liquidations } = memory.derivatives;
  const { liq_short: shortMs, liq_long: longMs } = params.windows_ms;
  stampOrigins(pass);
  liquidations.sum(tickTs, shortMs);
  putShort(pass);
  liquidations.sum(tickTs, longMs);
  putLong(pass);
}

/** A venue that sends sums is judged by their age, one that sends single orders by its trades: no order is no staleness. */
function stampOrigins({ frame, universe: { derivatives }, memory }: TickPass): void {
  const { sources } = derivatives;
  const { liquidationStats } = memory.derivatives;
  const { trade } = memory.instruments;
  const liquidationsSource = sources[SOURCE.liquidations]!;
  for (let row = 0; row < derivatives.count; row++) {
    const source = liquidationsSource + row;
    if (liquidationStats.tsEvent(row) >= 0) frame.stampSample(source, liquidationStats, row, FRESHNESS.liq_long_usd_5m);
    else frame.stampSample(source, trade, derivatives.rows[row]!, FRESHNESS.liq_long_usd_5m);
  }
}

/** Sums over more than the short window say nothing about it. */
function putShort({ frame, universe: { derivatives }, memory, params }: TickPass): void {
  const { cells, sources } = derivatives;
  const { liquidations, liquidationStats } = memory.derivatives;
  const liquidationsSource = sources[SOURCE.liquidations]!;
  const liqLongUsd5mCell = cells[P.liq_long_usd_5m]!;
  const liqShortUsd5mCell = cells[P.liq_short_usd_5m]!;
  for (let row = 0; row < derivatives.count; row++) {
    const isCoarse = liquidationStats.tsEvent(row) >= 0 && liquidationStats.value(row, 0) > params.windows_ms.liq_short;
    const quality = frame.sourceQuality(liquidationsSource + row);
    frame.put(liqLongUsd5mCell + row, isCoarse ? Number.NaN : liquidations.first[row]!, quality);
    frame.put(liqShortUsd5mCell + row, isCoarse ? Number.NaN : liquidations.second[row]!, quality);
  }
}

function putLong({ frame, universe: { derivatives }, memory }: TickPass): void {
  const { cells, sources } = derivatives;
  const { liquidations } = memory.derivatives;
  const liquidationsSource = sources[SOURCE.liquidations]!;
  const liqLongUsd1hCell = cells[P.liq_long_usd_1h]!;
  const liqShortUsd1hCell = cells[P.liq_short_usd_1h]!;
  for (let row = 0; row < derivatives.count; row++) {
    const quality = frame.sourceQuality(liquidationsSource + row);
    frame.put(liqLongUsd1hCell + row, liquidations.first[row]!, quality);
    frame.put(liqShortUsd1hCell + row, liquidations.second[row]!, quality);
  }
}

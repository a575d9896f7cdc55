import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import type { TickPass } from './tick-pass.ts';

const HOUR_MS = 3_600_000;

/** What the hourly change of open interest of every derivative does beyond its price; made at full hours. */
export function computeResidual(pass: TickPass): void {
  const { frame, universe, memory } = pass;
  const { derivatives } = universe;
  const { cells, sources } = derivatives;
  const { hourlyOi } = memory.derivatives;
  if (pass.tickTs % HOUR_MS === 0) takeHour(pass);
  for (let row = 0; row < derivatives.count; row++) {
    const residual = hourlyOi.residual(row);
    const source = sources[SOURCE.residual]! + row;
    frame.stampTime(source, hourlyOi.residualMs(row), FRESHNESS.oi_residual);
    frame.put(cells[P.oi_residual]! + row, residual, frame.sourceQuality(source));
    frame.put(cells[P.oi_residual_usd]! + row, residual * frame.usable(cells[P.oi_usd]! + row), frame.sourceQuality(source));
  }
}

function takeHour({ frame, universe: { derivatives }, memory, params, tickTs }: TickPass): void {
  const { cells } = derivatives;
  for (let row = 0; row < derivatives.count; row++) {
    const oiBase = frame.usable(cells[P.oi_base]! + row);
    const price = frame.usable(cells[P.mark_price]! + row);
    memory.derivatives.hourlyOi.onHour(row, tickTs / HOUR_MS, oiBase, price, params.oi_residual.min_points);
  }
}

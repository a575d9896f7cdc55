import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import type { TickPass } from './tick-pass.ts';

const HOUR_MS = 3_600_000;

/** What the hourly change of open interest of every derivative does beyond its price; made at full hours. */
export function computeResidual(pass: TickPass): void {
  const { frame, universe, memory } = pass;
  const { derivatives } = universe;
  const { hourlyOi } = memory.derivatives;
  if (pass.tickTs % HOUR_MS === 0) takeHour(pass);
  for (let row = 0; row < derivatives.count; row++) {
    const slot = derivatives.slots[row]!;
    const residual = hourlyOi.residual(row);
    const source = derivatives.sources[row]! + SOURCE.residual;
    frame.stampTime(source, hourlyOi.residualMs(row), FRESHNESS.oi_residual);
    frame.put(slot + P.oi_residual, residual, frame.sourceQuality(source));
    frame.put(slot + P.oi_residual_usd, residual * frame.usable(slot + P.oi_usd), frame.sourceQuality(source));
  }
}

function takeHour({ frame, universe: { derivatives }, memory, params, tickTs }: TickPass): void {
  for (let row = 0; row < derivatives.count; row++) {
    const slot = derivatives.slots[row]!;
    const oiBase = frame.usable(slot + P.oi_base);
    const price = frame.usable(slot + P.mark_price);
    memory.derivatives.hourlyOi.onHour(row, tickTs / HOUR_MS, oiBase, price, params.oi_residual.min_points);
  }
}

import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import type { TickPass } from './tick-pass.ts';

const HOUR_MS = 3_600_000;

/** What the hourly change of open interest of every derivative does beyond its price; known at full hours, prepared between them. */
export function computeResidual(pass: TickPass): void {
  if (pass.tickTs % HOUR_MS === 0) takeHour(pass);
  else prepareHour(pass);
  putResiduals(pass);
}

function putResiduals({ frame, universe: { derivatives }, memory }: TickPass): void {
  const { cells, sources } = derivatives;
  const { hourlyOi } = memory.derivatives;
  const residualSource = sources[SOURCE.residual]!;
  const oiResidualCell = cells[P.oi_residual]!;
  const oiResidualUsdCell = cells[P.oi_residual_usd]!;
  const oiUsdCell = cells[P.oi_usd]!;
  for (let row = 0; row < derivatives.count; row++) {
    const residual = hourlyOi.residual(row);
    const source = residualSource + row;
    frame.stampTime(source, hourlyOi.residualMs(row), FRESHNESS.oi_residual);
    frame.put(oiResidualCell + row, residual, frame.sourceQuality(source));
    frame.put(oiResidualUsdCell + row, residual * frame.usable(oiUsdCell + row), frame.sourceQuality(source));
  }
}

function takeHour({ frame, universe: { derivatives }, memory, params, tickTs }: TickPass): void {
  const { cells } = derivatives;
  const oiBaseCell = cells[P.oi_base]!;
  const markPriceCell = cells[P.mark_price]!;
  for (let row = 0; row < derivatives.count; row++) {
    const oiBase = frame.usable(oiBaseCell + row);
    const price = frame.usable(markPriceCell + row);
    memory.derivatives.hourlyOi.onHour(row, tickTs / HOUR_MS, oiBase, price, params.oi_residual.min_points);
  }
}

/** The ticks of an hour share the work for its end. */
function prepareHour({ memory, params, tickTs }: TickPass): void {
  const share = params.tick_ms / (HOUR_MS - params.tick_ms);
  memory.derivatives.hourlyOi.prepareHour(Math.ceil(tickTs / HOUR_MS), share, params.oi_residual.min_points);
}

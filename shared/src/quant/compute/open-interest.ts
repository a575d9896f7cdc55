import { INSTRUMENT_METRICS, INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { OI_UNITS } from '../fold-derivative-event.ts';
import { FRESHNESS } from '../freshness.ts';
import { type OpenInterestTerms, openInterestBase, openInterestUsd } from '../metrics/open-interest.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import { timeframeMs } from '../timeframe.ts';
import { putGridZ, takeLogs } from './grid-z.ts';
import { stampInDollars, stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

const MINUTE_MS = 60_000;

/** Open interest of every derivative in base and dollars, and its z over the day and over each timeframe's window. */
export function computeOpenInterest(pass: TickPass): void {
  const { frame, universe, memory, scratch, params, tickTs } = pass;
  stampSamples(frame, universe.derivatives, SOURCE.oi, memory.derivatives.openInterest, FRESHNESS.oi_base);
  stampInDollars(frame, universe.derivatives, SOURCE.oi_usd, SOURCE.oi);
  putAmounts(pass);
  takeLogs(pass, scratch.oiLogs, P.oi_usd);
  const { logs } = scratch.oiLogs;
  putGridZ(pass, logs, scratch.oiDay, MINUTE_MS, P.oi_z_24h, SOURCE.oi_usd);
  for (let at = 0; at < params.timeframes.length; at++) {
    putGridZ(
      pass,
      logs,
      scratch.oiWindows[at]!,
      timeframeMs(params.timeframes[at]!),
      INSTRUMENT_METRICS.length + at,
      SOURCE.oi_usd,
    );
  }
  const { steps, oiGrids } = memory.derivatives;
  for (let at = 0; at < steps.length; at++) if (tickTs % steps[at]! === 0) oiGrids[at]!.pushAll(tickTs / steps[at]!, logs);
}

/** Terms of the row at work. */
const TERMS: { -readonly [Field in keyof OpenInterestTerms]: OpenInterestTerms[Field] } = {
  unit: 'contracts',
  inverse: false,
  contractSize: 0.5,
  sides: 0.5,
};

/** The mark price of the same answer counts, else the newest one. */
function putAmounts({ frame, universe: { derivatives }, memory }: TickPass): void {
  const { cells, sources } = derivatives;
  const { openInterest, mark } = memory.derivatives;
  const markPriceCell = cells[P.mark_price]!;
  const oiUsdSource = sources[SOURCE.oi_usd]!;
  const oiBaseCell = cells[P.oi_base]!;
  const oiSource = sources[SOURCE.oi]!;
  const oiUsdCell = cells[P.oi_usd]!;
  for (let row = 0; row < derivatives.count; row++) {
    const amount = openInterest.value(row, 0);
    const stated = openInterest.value(row, 3);
    const price = Number.isNaN(stated) ? frame.usable(markPriceCell + row) : stated;
    if (Number.isNaN(stated)) frame.joinSample(oiUsdSource + row, mark, row, FRESHNESS.mark_price);
    TERMS.unit = OI_UNITS[openInterest.value(row, 2) | 0] ?? 'contracts';
    TERMS.inverse = derivatives.isInverse[row] === 1;
    TERMS.contractSize = derivatives.contractSizes[row]!;
    TERMS.sides = openInterest.value(row, 1);
    const usd = derivatives.isForeign[row] === 1 ? Number.NaN : openInterestUsd(amount, TERMS, price);
    frame.put(oiBaseCell + row, openInterestBase(amount, TERMS, price), frame.sourceQuality(oiSource + row));
    frame.put(oiUsdCell + row, usd, frame.sourceQuality(oiUsdSource + row));
  }
}

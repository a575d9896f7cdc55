import { parseDay } from '#shared/core/calendar-day.ts';
import { buildPanel } from '#shared/pool/build-panel.ts';
import type { Panel } from '#shared/pool/panel.ts';
import type { PanelInput } from '#shared/pool/panel-input.ts';
import { readParams } from './pool-params.ts';
import { readCandles, readInstruments, sharedPath } from './read-csv.ts';

export const GOLDEN = 'golden/pool-synthetic-62x5y';

/** The golden run's input with the parity set, for one as_of. */
export function goldenInput(asOf: string): PanelInput {
  const day = parseDay(asOf)!;
  return {
    candles: readCandles(sharedPath(`${GOLDEN}/input/raw`)),
    metadata: [{ knownFrom: day, instruments: readInstruments(sharedPath(`${GOLDEN}/input/symbol_metadata.csv`)) }],
    params: readParams('reference'),
    asOf: day,
    source: 'recorded',
    scoredDates: 60,
    detailDates: 60,
  };
}

/** The panel, or an error that shows the refusals. */
export function panelOrThrow(input: PanelInput): Panel {
  const built = buildPanel(input);
  if (!built.ok) throw new Error(`refused: ${built.error.map(({ message }) => message).join('; ')}`);
  return built.value;
}

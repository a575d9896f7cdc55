import { readCandleFolder } from '#shared/adapters/csv/candle-folder.ts';
import { readInstrumentsFile } from '#shared/adapters/csv/instruments-file.ts';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import { inferInstruments } from '#shared/market/infer-instruments.ts';
import type { Instrument } from '#shared/market/instrument.ts';
import type { InputFinding } from '#shared/market/quality/input-finding.ts';

/** Candles and instruments of a build as read from files. */
export interface CandleInput {
  readonly candles: readonly CandleSeries[];
  readonly instruments: readonly Instrument[];
  /** Symbols whose file could not be used; what that means is the panel's to decide. */
  readonly failedSymbols: readonly string[];
  readonly findings: readonly InputFinding[];
}

/** Reads a candle folder and an optional instruments file; whether bad rows stay is decided by the parameter set. */
export async function readCandleInput(
  folder: string,
  instrumentsFile: string | undefined,
  params: PoolParams,
): Promise<CandleInput> {
  const read = await readCandleFolder(folder, { invalidRows: params.quality.enforce ? 'quarantine' : 'keep' });
  const listed = instrumentsFile === undefined ? undefined : await readInstrumentsFile(instrumentsFile);
  const refused = read.findings.filter(({ effect }) => effect === 'file_refused').map(({ symbol }) => symbol);
  const failedSymbols = [...new Set(refused)].sort();
  const known = [...read.series.map(({ symbol }) => symbol), ...failedSymbols];
  return {
    candles: read.series,
    instruments: listed?.instruments ?? inferInstruments(known, params.metadata.quote_assets),
    failedSymbols,
    findings: read.findings,
  };
}

import { readCandleFolder } from '#shared/adapters/csv/candle-folder.ts';
import { readInstrumentsFile } from '#shared/adapters/csv/instruments-file.ts';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import type { Instrument } from '#shared/market/instrument.ts';
import { instrumentsFromNames } from '#shared/market/instruments-from-names.ts';
import type { InputFinding } from '#shared/market/quality/input-finding.ts';

/** Candles and instruments of a build as read from files, with the digests of exactly what was read. */
export interface CandleInput {
  readonly candles: readonly CandleSeries[];
  readonly instruments: readonly Instrument[];
  /** Symbols whose file could not be used and must count against the coverage rule. */
  readonly failedSymbols: readonly string[];
  readonly findings: readonly InputFinding[];
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
}

/**
 * Reads a candle folder and an optional instruments file under the rules of a parameter set: whether bad rows stay, and whether
 * a file that cannot be used is skipped (as the reference does) or counts as a symbol that failed to load.
 */
export async function readCandleInput(
  folder: string,
  instrumentsFile: string | undefined,
  params: PoolParams,
): Promise<CandleInput> {
  const read = await readCandleFolder(folder, { invalidRows: params.quality.enforce ? 'quarantine' : 'keep' });
  const listed = instrumentsFile === undefined ? undefined : await readInstrumentsFile(instrumentsFile);
  const refused = read.findings.filter(({ effect }) => effect === 'file_refused').map(({ symbol }) => symbol);
  const failedSymbols = params.candles.on_error === 'skip_symbol' ? [] : [...new Set(refused)].sort();
  const known = [...read.series.map(({ symbol }) => symbol), ...failedSymbols];
  return {
    candles: read.series,
    instruments: listed?.instruments ?? instrumentsFromNames(known),
    failedSymbols,
    findings: read.findings,
    inputs: [
      ...read.files.map(({ file, sha256 }) => ({ name: `candles/${file}`, sha256 })),
      ...(listed === undefined ? [] : [{ name: 'instruments.csv', sha256: listed.sha256 }]),
    ],
  };
}

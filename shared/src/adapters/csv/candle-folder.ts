import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { CandleSeries } from '../../market/candle-series.ts';
import type { InputFinding } from '../../market/quality/input-finding.ts';
import { type CandleCsvOptions, parseCandleCsv } from './parse-candle-csv.ts';
import { readCappedFile } from './read-capped-file.ts';

/** One file as it was read, for the list of inputs in the manifest (pool spec §5 PT1). */
export interface CandleFile {
  readonly symbol: string;
  readonly file: string;
  readonly bytes: number;
  /** Of the bytes as stored. */
  readonly sha256: string;
}

export interface CandleFolder {
  /** Ascending by symbol, whatever order the file system lists. */
  readonly series: readonly CandleSeries[];
  /** The files behind `series`, in the same order. */
  readonly files: readonly CandleFile[];
  /** Files left out and rows left out or noted. What a refused file means (stop, or skip as the reference does) is the caller's. */
  readonly findings: readonly InputFinding[];
}

const CANDLE_FILE = /^(.*)\.csv(?:\.gz)?$/;
const SYMBOL = /^[A-Z0-9]{1,30}$/;

/**
 * Reads a folder of `<SYMBOL>.csv` or `<SYMBOL>.csv.gz`; other names are ignored. Fails with INPUT_FOLDER_UNREADABLE when the
 * folder cannot be listed and NO_CANDLE_FILES when it holds no candle file.
 */
export async function readCandleFolder(directory: string, options: Pick<CandleCsvOptions, 'invalidRows'>): Promise<CandleFolder> {
  const names = await candleFileNames(directory);
  const series: CandleSeries[] = [];
  const files: CandleFile[] = [];
  const findings: InputFinding[] = [];
  for (const { symbol, file } of names) {
    const refusal = nameFault(symbol, file, names);
    if (refusal !== undefined) {
      findings.push(refusal);
      continue;
    }
    const content = await readCappedFile(join(directory, file));
    if (!content.ok) {
      findings.push(fileFinding(symbol, file, content.error.code, content.error.message, 'fetch or unpack the file again'));
      continue;
    }
    const parsed = parseCandleCsv(content.value.text, { file, symbol, invalidRows: options.invalidRows });
    if (!parsed.ok) {
      findings.push(parsed.error);
      continue;
    }
    series.push(parsed.value.series);
    files.push({ symbol, file, bytes: content.value.stored.length, sha256: sha256Hex(content.value.stored) });
    findings.push(...parsed.value.findings);
  }
  return { series, files, findings };
}

interface NamedFile {
  readonly symbol: string;
  readonly file: string;
}

async function candleFileNames(directory: string): Promise<readonly NamedFile[]> {
  let entries: readonly string[];
  try {
    entries = await readdir(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LivepoolError(
      'INPUT_FOLDER_UNREADABLE',
      'terminal',
      `cannot read the candle folder ${directory} (${reason}); name a folder of <SYMBOL>.csv or <SYMBOL>.csv.gz files`,
      { directory },
      error,
    );
  }
  const named = entries.flatMap((file) => {
    const symbol = CANDLE_FILE.exec(file)?.[1];
    return symbol === undefined ? [] : [{ symbol, file }];
  });
  if (named.length === 0) {
    const message = `${directory} holds no <SYMBOL>.csv or <SYMBOL>.csv.gz file; collect candles first or name another folder`;
    throw new LivepoolError('NO_CANDLE_FILES', 'terminal', message, { directory });
  }
  return named.sort((a, b) => compareText(a.symbol, b.symbol) || compareText(a.file, b.file));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A name that is no symbol, or a symbol with two files: guessing which one counts would be silent. */
function nameFault(symbol: string, file: string, all: readonly NamedFile[]): InputFinding | undefined {
  if (!SYMBOL.test(symbol)) {
    const message = `${JSON.stringify(symbol)} is not a symbol of A–Z and 0–9`;
    return fileFinding(symbol, file, 'symbol_charset', message, 'name the file <SYMBOL>.csv, for example BTCUSDT.csv');
  }
  if (all.filter((other) => other.symbol === symbol).length > 1) {
    return fileFinding(symbol, file, 'csv_semantics', `there are two files for ${symbol}`, 'keep one of .csv and .csv.gz');
  }
  return undefined;
}

function fileFinding(symbol: string, file: string, code: InputFinding['code'], message: string, remedy: string): InputFinding {
  return { code, effect: 'file_refused', file, symbol, line: null, field: null, message, remedy };
}

import { basename } from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { fromUtf8 } from '../../core/text-bytes.ts';
import type { Instrument } from '../../market/instrument.ts';
import { readCappedFile } from './read-capped-file.ts';

export interface InstrumentsFile {
  /** Ascending by symbol. */
  readonly instruments: readonly Instrument[];
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const COLUMNS = ['symbol', 'status', 'base_asset', 'quote_asset', 'is_spot_trading_allowed'] as const;

type Column = (typeof COLUMNS)[number];
type Row = Readonly<Record<Column, string>>;

const BOOLEANS = new Map([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
]);

/**
 * Reads an instrument list `symbol,status,base_asset,quote_asset,is_spot_trading_allowed[,…]` (extra columns ignored, booleans as
 * `True`/`False` or lower case). Any fault refuses the file with INSTRUMENTS_INVALID, because a wrong list silently changes who
 * may be in the pool.
 */
export async function readInstrumentsFile(path: string): Promise<InstrumentsFile> {
  const content = await readCappedFile(path);
  if (!content.ok) throw invalid(path, null, null, `${content.error.code}: ${content.error.message}`);
  const text = fromUtf8(content.value.text);
  if (text === undefined) throw invalid(path, null, null, 'text_encoding: the file is not UTF-8');
  const instruments = rowsOf(path, text).map(({ row, line }) => toInstrument(path, line, row));
  instruments.sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
  const { stored } = content.value;
  return { instruments, file: basename(path), bytes: stored.length, sha256: sha256Hex(stored) };
}

function rowsOf(path: string, text: string): readonly { row: Row; line: number }[] {
  if (/["\r\uFEFF]/.test(text)) {
    throw invalid(
      path,
      null,
      null,
      'csv_form: the file holds a quote, a carriage return or a BOM; write plain UTF-8 CSV with LF',
    );
  }
  if (!text.endsWith('\n')) throw invalid(path, null, null, 'csv_form: the last line is not ended, so the file may be cut');
  const [header = '', ...lines] = text.slice(0, -1).split('\n');
  const names = header.split(',');
  const missing = COLUMNS.filter((column) => names.indexOf(column) === -1 || names.indexOf(column) !== names.lastIndexOf(column));
  if (missing.length > 0) throw invalid(path, 1, null, `csv_form: the header needs each of ${missing.join(', ')} once`);
  const seen = new Set<string>();
  return lines.map((content, at) => {
    const line = at + 2;
    const cells = content.split(',');
    if (cells.length !== names.length)
      throw invalid(path, line, null, `csv_form: ${cells.length} cells, the header has ${names.length}`);
    const row = Object.fromEntries(COLUMNS.map((column) => [column, cells[names.indexOf(column)]!])) as Row;
    if (seen.has(row.symbol)) throw invalid(path, line, 'symbol', `csv_semantics: ${row.symbol} is listed twice`);
    seen.add(row.symbol);
    return { row, line };
  });
}

function toInstrument(path: string, line: number, row: Row): Instrument {
  const empty = (['symbol', 'status', 'base_asset', 'quote_asset'] as const).find((column) => row[column] === '');
  if (empty !== undefined) throw invalid(path, line, empty, 'csv_semantics: the cell is empty');
  const isSpotTradingAllowed = BOOLEANS.get(row.is_spot_trading_allowed);
  if (isSpotTradingAllowed === undefined) {
    throw invalid(path, line, 'is_spot_trading_allowed', 'csv_semantics: write True or False');
  }
  return { symbol: row.symbol, status: row.status, baseAsset: row.base_asset, quoteAsset: row.quote_asset, isSpotTradingAllowed };
}

function invalid(path: string, line: number | null, field: string | null, message: string): LivepoolError {
  const where = `${path}${line === null ? '' : ` line ${line}`}${field === null ? '' : `, ${field}`}`;
  return new LivepoolError('INSTRUMENTS_INVALID', 'terminal', `${where}: ${message}`, { file: path, line, field });
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseDay } from '#shared/core/calendar-day.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import type { Instrument } from '#shared/market/instrument.ts';

/** A CSV without quotes, as text cells. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Position of a column; throws when it is not there, so that a test cannot pass by reading nothing. */
  column(name: string): number;
}

/** Path below the folder of golden and recorded data beside the project. */
export function sharedPath(relative: string): string {
  return fileURLToPath(new URL(`../../../shared/${relative}`, import.meta.url));
}

/** Whether the folder is there; says why suites skip when it is not. */
export function hasShared(relative: string): boolean {
  const isThere = existsSync(sharedPath(relative));
  if (!isThere) console.warn(`skipped: ../shared/${relative} is not beside the project`);
  return isThere;
}

export function readTable(path: string): Table {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return {
    header,
    rows,
    column: (name) => {
      const index = header.indexOf(name);
      if (index < 0) throw new Error(`${path} has no column ${name}`);
      return index;
    },
  };
}

/** Number of a cell, NaN when it is empty; booleans as 1 and 0. */
export function cellNumber(cell: string): number {
  if (cell === 'True') return 1;
  return cell === 'False' ? 0 : cell === '' ? Number.NaN : Number(cell);
}

/** Every candle file of a folder. */
export function readCandles(folder: string, accepts: (symbol: string) => boolean = () => true): CandleSeries[] {
  const files = readdirSync(folder).filter((name) => /\.csv(\.gz)?$/.test(name));
  return files
    .filter((name) => accepts(name.split('.')[0]!))
    .map((name) => readCandleFile(`${folder}/${name}`, name.split('.')[0]!));
}

function readCandleFile(path: string, symbol: string): CandleSeries {
  const table = readTable(path);
  const numbers = (name: string): Float64Array => {
    const j = table.column(name);
    return Float64Array.from(table.rows, (row) => cellNumber(row[j]!));
  };
  const optional = (key: string, ...names: string[]): Record<string, Float64Array> => {
    const name = names.find((item) => table.header.includes(item));
    return name === undefined ? {} : { [key]: numbers(name) };
  };
  const date = table.column('date');
  return {
    symbol,
    day: Int32Array.from(table.rows, (row) => parseDay(row[date]!)!),
    open: numbers('open'),
    high: numbers('high'),
    low: numbers('low'),
    close: numbers('close'),
    volume: numbers('volume'),
    quoteVolume: numbers('quote_volume'),
    ...optional('tradeCount', 'trade_count', 'trades'),
    ...optional('takerBuyBaseVolume', 'taker_buy_base_volume'),
    ...optional('takerBuyQuoteVolume', 'taker_buy_quote_volume'),
  };
}

export function readInstruments(path: string): Instrument[] {
  const table = readTable(path);
  const at = (row: readonly string[], name: string): string => row[table.column(name)]!;
  return table.rows.map((row) => ({
    symbol: at(row, 'symbol'),
    status: at(row, 'status'),
    baseAsset: at(row, 'base_asset'),
    quoteAsset: at(row, 'quote_asset'),
    isSpotTradingAllowed: at(row, 'is_spot_trading_allowed') === 'True',
  }));
}

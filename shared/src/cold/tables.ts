import type { ColumnSchema, TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import { MARKET_TABLES } from './market-tables.ts';
import { REGIME } from './regime-table.ts';

/** Columns of `ohlcv.v1`. `ts` is the bar's close, `symbol` canonical (`BTC-USDT`), `trades` the number of trades. */
const OHLCV_V1: readonly ColumnSchema[] = [
  { name: 'ts', type: 'timestamp_ms', required: true },
  { name: 'symbol', type: 'utf8', required: true },
  { name: 'open', type: 'double', required: true },
  { name: 'high', type: 'double', required: true },
  { name: 'low', type: 'double', required: true },
  { name: 'close', type: 'double', required: true },
  { name: 'volume', type: 'double', required: true },
  { name: 'venue', type: 'utf8', required: true },
  { name: 'quote_volume', type: 'double', required: false },
  { name: 'trades', type: 'int64', required: false },
  { name: 'available_at', type: 'timestamp_ms', required: true },
];

const BAR_KEY = ['ts', 'symbol', 'venue'];

export const OHLCV_1M: TableSchema = { table: 'ohlcv_1m', id: 'ohlcv.v1', grain: 'day', key: BAR_KEY, columns: OHLCV_V1 };
export const OHLCV_1H: TableSchema = { table: 'ohlcv_1h', id: 'ohlcv.v1', grain: 'month', key: BAR_KEY, columns: OHLCV_V1 };
export const OHLCV_1D: TableSchema = { table: 'ohlcv_1d', id: 'ohlcv.v1', grain: 'year', key: BAR_KEY, columns: OHLCV_V1 };

/** Rejected rows with their reasons. `ts` is when the row was rejected, `row` its text, `row_hash` the SHA-256 of that text. */
export const QUARANTINE: TableSchema = {
  table: 'quarantine',
  id: 'quarantine.v1',
  grain: 'day',
  key: ['ts', 'table', 'row_hash'],
  columns: [
    { name: 'ts', type: 'timestamp_ms', required: true },
    { name: 'table', type: 'utf8', required: true },
    { name: 'row_hash', type: 'utf8', required: true },
    { name: 'symbol', type: 'utf8', required: true },
    { name: 'venue', type: 'utf8', required: true },
    { name: 'reason', type: 'utf8', required: true },
    { name: 'field', type: 'utf8', required: false },
    { name: 'row', type: 'utf8', required: true },
    { name: 'available_at', type: 'timestamp_ms', required: true },
  ],
};

const TABLES: Readonly<Record<string, TableSchema>> = {
  ohlcv: OHLCV_1M,
  ohlcv_1m: OHLCV_1M,
  ohlcv_1h: OHLCV_1H,
  ohlcv_1d: OHLCV_1D,
  quarantine: QUARANTINE,
  regime: REGIME,
  ...Object.fromEntries(MARKET_TABLES.map((schema) => [schema.table, schema])),
};

/** Every table once, by name. */
export const ALL_TABLES: readonly TableSchema[] = [...new Set(Object.values(TABLES))];

/** Schema of a table by name or alias; an unknown name is USAGE with the known ones, and what else the caller takes. */
export function tableByName(name: string, others: readonly string[] = []): TableSchema {
  const schema = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
  if (schema !== undefined) return schema;
  throw new LivepoolError(
    'USAGE',
    'terminal',
    `there is no table ${JSON.stringify(name)}; known: ${[...Object.keys(TABLES), ...others].join(', ')}`,
  );
}

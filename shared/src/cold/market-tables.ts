import type { ColumnSchema, ColumnType, TableSchema } from '../contracts/table-schema.ts';

const KEY = ['ts', 'symbol', 'venue'];

/** `venue` is the source of the envelope: venue, with product where the venue has several. */
const NAME: readonly ColumnSchema[] = [needed('ts', 'timestamp_ms'), needed('symbol', 'utf8'), needed('venue', 'utf8')];
const AVAILABLE = needed('available_at', 'timestamp_ms');

/** Prints. `qty` is in `unit`, `base` or `contracts`; `side` is the taker's. */
export const TRADES: TableSchema = {
  table: 'trades',
  id: 'trades.v1',
  grain: 'hour',
  key: [...KEY, 'trade_id'],
  columns: [
    ...NAME,
    needed('trade_id', 'utf8'),
    needed('side', 'utf8'),
    needed('price', 'double'),
    needed('qty', 'double'),
    needed('unit', 'utf8'),
    AVAILABLE,
  ],
};

/** Books at whole seconds (market data spec §8.1), in quote units; the columns are those of a micro sample. */
export const MICRO_1S: TableSchema = {
  table: 'micro_1s',
  id: 'micro_1s.v1',
  grain: 'hour',
  key: KEY,
  columns: [
    ...NAME,
    ...['bid', 'bid_size', 'ask', 'ask_size', 'spread_bps', 'best10_bid', 'best10_ask'].map((name) => optional(name, 'double')),
    ...[10, 25, 100, 200].flatMap((bps) => ['bid', 'ask'].map((side) => optional(`depth_${bps}bps_${side}`, 'double'))),
    optional('truncated_bid_bps', 'int64'),
    optional('truncated_ask_bps', 'int64'),
    needed('book_state', 'utf8'),
    AVAILABLE,
  ],
};

/** The rate of the running period, as published in `unit`. */
export const FUNDING: TableSchema = {
  table: 'funding',
  id: 'funding.v1',
  grain: 'month',
  key: KEY,
  columns: [
    ...NAME,
    optional('rate', 'double'),
    needed('unit', 'utf8'),
    optional('interval_ms', 'int64'),
    optional('predicted_rate', 'double'),
    optional('next_settlement', 'timestamp_ms'),
    needed('quality', 'utf8'),
    AVAILABLE,
  ],
};

/** Open interest as published in `unit`; `sides` 2 where the venue counts longs and shorts. */
export const OPEN_INTEREST: TableSchema = {
  table: 'open_interest',
  id: 'open_interest.v1',
  grain: 'month',
  key: KEY,
  columns: [
    ...NAME,
    optional('amount', 'double'),
    needed('unit', 'utf8'),
    needed('sides', 'int64'),
    optional('mark_price', 'double'),
    needed('quality', 'utf8'),
    AVAILABLE,
  ],
};

/** Mark and spot of one venue, polled together. */
export const BASIS: TableSchema = {
  table: 'basis',
  id: 'basis.v1',
  grain: 'month',
  key: KEY,
  columns: [
    ...NAME,
    optional('mark_price', 'double'),
    optional('spot_price', 'double'),
    needed('spot_instrument', 'utf8'),
    needed('quality', 'utf8'),
    AVAILABLE,
  ],
};

/**
 * Every other value of derivatives, one a row: marks, long/short ratios, liquidations, settled funding, taker volume. `detail`
 * tells rows of one time apart, empty where nothing has to be told apart.
 */
export const DERIVS: TableSchema = {
  table: 'derivs',
  id: 'derivs.v1',
  grain: 'month',
  key: [...KEY, 'metric', 'detail'],
  columns: [
    ...NAME,
    needed('metric', 'utf8'),
    needed('detail', 'utf8'),
    optional('value', 'double'),
    needed('unit', 'utf8'),
    needed('quality', 'utf8'),
    AVAILABLE,
  ],
};

/** Every metric of one symbol and timeframe at one tick (quant spec §7); `metrics` and `contributions` are JSON texts. */
export const QUANT_FEATURES: TableSchema = {
  table: 'quant_features',
  id: 'quant_features.v1',
  grain: 'hour',
  key: ['ts', 'symbol', 'timeframe', 'revision'],
  columns: [
    needed('ts', 'timestamp_ms'),
    needed('symbol', 'utf8'),
    needed('timeframe', 'utf8'),
    needed('revision', 'int64'),
    needed('metrics', 'utf8'),
    needed('contributions', 'utf8'),
    needed('coverage', 'double'),
    needed('bias', 'utf8'),
    needed('warming', 'int64'),
    needed('inputs_hash', 'utf8'),
    needed('params_hash', 'utf8'),
    needed('engine_version', 'utf8'),
    AVAILABLE,
  ],
};

/** Tables that the worker writes. */
export const MARKET_TABLES: readonly TableSchema[] = [TRADES, MICRO_1S, FUNDING, OPEN_INTEREST, BASIS, DERIVS, QUANT_FEATURES];

function needed(name: string, type: ColumnType): ColumnSchema {
  return { name, type, required: true };
}

function optional(name: string, type: ColumnType): ColumnSchema {
  return { name, type, required: false };
}

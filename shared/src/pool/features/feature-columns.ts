import { CROSS_SECTIONAL_FEATURES } from './feature-names.ts';

/** Every column that is computed per symbol: the model's cross-sectional features and what they are made of (pool spec §8). */
export const SYMBOL_COLUMNS = [
  ...CROSS_SECTIONAL_FEATURES,
  'daily_return',
  'sma20',
  'sma60',
  'sma120',
  'sma200',
  'atr14',
  'tradable_flag',
  'liquidity_days_90',
  'liquidity_days_180',
  'downside_vol_penalty',
  'drawdown_penalty',
] as const;

export type SymbolColumn = (typeof SYMBOL_COLUMNS)[number];

/** Columns of one symbol at a time: entries beyond the symbol's count are left over from an earlier one. */
export type FeatureColumns = Readonly<Record<SymbolColumn, Float64Array>>;

/** Columns and scratch space for histories of up to `capacity` observations, allocated once and reused for every symbol. */
export interface FeatureWorkspace {
  readonly columns: FeatureColumns;
  readonly scratch: readonly [Float64Array, Float64Array, Float64Array];
  readonly flags: Uint8Array;
}

export function featureWorkspace(capacity: number): FeatureWorkspace {
  const column = (): Float64Array => new Float64Array(capacity);
  const columns = Object.fromEntries(SYMBOL_COLUMNS.map((name) => [name, column()])) as Record<SymbolColumn, Float64Array>;
  return { columns, scratch: [column(), column(), column()], flags: new Uint8Array(capacity) };
}

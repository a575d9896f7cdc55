/** Column types of the cold tier (data-platform spec §1.3). Timestamps are whole milliseconds UTC, int64 a safe integer. */
export type ColumnType = 'timestamp_ms' | 'utf8' | 'double' | 'int64';

export interface ColumnSchema {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
}

/** Period that one partition covers; `dt` is its first day, and with `hour` the hour too. */
export type PartitionGrain = 'year' | 'month' | 'day' | 'hour';

/** Rows, order and grain of one table. `id` names the column list and changes whenever the list does. */
export interface TableSchema {
  readonly table: string;
  readonly id: string;
  readonly grain: PartitionGrain;
  /** Columns that identify a row; a second row with the same key is a later version of it. */
  readonly key: readonly string[];
  readonly columns: readonly ColumnSchema[];
}

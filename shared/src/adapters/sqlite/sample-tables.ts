import { minuteBarSchema } from '../../contracts/market-samples.ts';

/** Columns of `ws_bars_1m` beside its revision, in the contract's order. */
export const BAR_COLUMNS: readonly string[] = Object.keys(minuteBarSchema.shape);

const INTEGERS: ReadonlySet<string> = new Set(['minute', 'trades', 'book_live_ms', 'available_at']);
const REQUIRED: ReadonlySet<string> = new Set(['instrument', 'minute', 'book_live_ms', 'available_at']);

/**
 * Tables of quant spec §7 beside the engine's. `rest_samples` is a view: who measured what stands once in `sample_series`, and a value
 * takes fifty bytes.
 */
export const SAMPLE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS sample_series (
    id INTEGER PRIMARY KEY, metric TEXT NOT NULL, venue TEXT NOT NULL, instrument TEXT NOT NULL,
    UNIQUE (instrument, metric, venue)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sample_values (
    series INTEGER NOT NULL, ts_event INTEGER NOT NULL, revision INTEGER NOT NULL, value REAL, unit TEXT NOT NULL,
    quality TEXT NOT NULL, ts_recv INTEGER NOT NULL, available_at INTEGER NOT NULL, raw_ref TEXT,
    PRIMARY KEY (series, ts_event, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE VIEW IF NOT EXISTS rest_samples AS
    SELECT metric, venue, instrument, value, unit, ts_event, ts_recv, available_at, quality, raw_ref, revision
    FROM sample_values JOIN sample_series ON sample_series.id = sample_values.series;
  CREATE TABLE IF NOT EXISTS ws_bars_1m (
    ${BAR_COLUMNS.map(barColumn).join(', ')}, revision INTEGER NOT NULL,
    PRIMARY KEY (instrument, minute, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ws_bars_1m_age ON ws_bars_1m (minute);
  CREATE TABLE IF NOT EXISTS source_health (
    metric TEXT NOT NULL, venue TEXT NOT NULL, ts INTEGER NOT NULL, age_ms INTEGER, quality TEXT NOT NULL,
    instruments INTEGER NOT NULL, usable INTEGER NOT NULL, errors INTEGER NOT NULL, last_success INTEGER,
    PRIMARY KEY (metric, venue)
  ) STRICT, WITHOUT ROWID;
`;

function barColumn(name: string): string {
  const type = name === 'instrument' ? 'TEXT' : INTEGERS.has(name) ? 'INTEGER' : 'REAL';
  return `${name} ${type}${REQUIRED.has(name) ? ' NOT NULL' : ''}`;
}

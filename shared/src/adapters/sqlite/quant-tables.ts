/**
 * Tables of quant spec §7 that the engine writes. `quant_state` has one row, `quant_state_pages` its memory in pieces. The outbox
 * numbers its rows for ever, also after it was emptied.
 */
export const QUANT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS quant_lease (
    only INTEGER PRIMARY KEY CHECK (only = 1), holder TEXT NOT NULL, token INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS quant_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    engine_key TEXT NOT NULL, tick_ts INTEGER NOT NULL, commit_id TEXT NOT NULL,
    total_bytes INTEGER NOT NULL, page_bytes INTEGER NOT NULL, alert_state TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS quant_state_pages (page INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS quant_summary (
    symbol TEXT NOT NULL, timeframe TEXT NOT NULL, place INTEGER NOT NULL, tick_ts INTEGER NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (symbol, timeframe)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS quant_layouts (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS quant_features (
    symbol TEXT NOT NULL, tick_ts INTEGER NOT NULL, revision INTEGER NOT NULL, layout TEXT NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS quant_features_key ON quant_features (symbol, tick_ts, revision);
  CREATE INDEX IF NOT EXISTS quant_features_age ON quant_features (tick_ts);
  CREATE TABLE IF NOT EXISTS quant_alerts (
    id TEXT PRIMARY KEY, raised_at INTEGER NOT NULL, alert TEXT NOT NULL,
    acked_by TEXT, acked_at INTEGER, snoozed_until INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS quant_alerts_age ON quant_alerts (raised_at, id);
  CREATE TABLE IF NOT EXISTS quant_signals (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, symbol TEXT NOT NULL, timeframe TEXT NOT NULL, tick_ts INTEGER NOT NULL,
    superseded_ts INTEGER, signal TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS quant_signals_in_force ON quant_signals (kind, symbol, timeframe) WHERE superseded_ts IS NULL;
  CREATE INDEX IF NOT EXISTS quant_signals_age ON quant_signals (tick_ts);
  CREATE TABLE IF NOT EXISTS quant_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, tick_ts INTEGER NOT NULL, payload TEXT NOT NULL, sent_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS quant_outbox_unsent ON quant_outbox (seq) WHERE sent_at IS NULL;
  CREATE INDEX IF NOT EXISTS quant_outbox_sent ON quant_outbox (sent_at) WHERE sent_at IS NOT NULL;
`;

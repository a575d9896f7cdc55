import type { DatabaseSync } from 'node:sqlite';
import type { QuantSignal } from '../../contracts/quant-signal.ts';
import type { QuantAlert } from '../../contracts/quant-stream.ts';
import type { QuantCommit } from '../../ports/quant-store.ts';
import { type BeforeCommit, checkCommit } from '../quant-checks.ts';

/** Writes one tick into all tables; runs inside a transaction of the caller, which takes everything back when it throws. */
export function quantCommitWriter(db: DatabaseSync): (token: number, commit: QuantCommit) => void {
  const sql = statements(db);
  const before = (): BeforeCommit => sql.before.get() as unknown as BeforeCommit;
  return (token, commit) => {
    const known = before();
    if (checkCommit(known, token, commit) === 'again') return;
    sql.prolong.run(commit.leaseUntilMs);
    writeState(sql, known, commit);
    writeRows(sql, commit);
    for (const alert of [...commit.raised, ...commit.cleared]) writeAlert(sql, alert);
    for (const signal of commit.signals) writeSignal(sql, signal);
    sql.outbox.run(commit.tickTs, commit.outbox);
  };
}

function writeState(sql: Statements, before: BeforeCommit, { state, tickTs, commitId, alertState }: QuantCommit): void {
  const isOther = before.engineKey !== state.engineKey || before.totalBytes !== state.totalBytes;
  if (isOther) {
    sql.dropPages.run();
    sql.dropSummary.run();
  }
  for (const { page, bytes } of state.pages) sql.page.run(page, bytes);
  sql.state.run(state.engineKey, tickTs, commitId, state.totalBytes, state.pageBytes, alertState);
}

function writeRows(sql: Statements, { tickTs, summary, layouts, features }: QuantCommit): void {
  for (const [place, row] of summary.entries()) sql.summary.run(row.symbol, row.timeframe, place, tickTs, JSON.stringify(row));
  for (const [hash, text] of Object.entries(layouts)) sql.layout.run(hash, text);
  for (const { symbol, revision, layout, bytes } of features) sql.features.run(symbol, tickTs, revision, layout, bytes);
}

/** A cleared alert keeps who saw it. */
function writeAlert(sql: Statements, alert: QuantAlert): void {
  sql.alert.run(alert.id, alert.raised_at, JSON.stringify(alert));
}

/** A signal takes the place of the one that was in force. */
function writeSignal(sql: Statements, signal: QuantSignal): void {
  const { id, kind, symbol, timeframe, tick_ts: tickTs } = signal;
  sql.supersede.run(tickTs, kind, symbol, timeframe);
  sql.signal.run(id, kind, symbol, timeframe, tickTs, JSON.stringify(signal));
}

type Statements = ReturnType<typeof statements>;

function statements(db: DatabaseSync) {
  return {
    before: db.prepare(`
      SELECT coalesce((SELECT token FROM quant_lease), 0) AS token, s.tick_ts AS tickTs, s.commit_id AS commitId,
             s.engine_key AS engineKey, coalesce(s.total_bytes, 0) AS totalBytes
      FROM (SELECT 1) LEFT JOIN quant_state s`),
    prolong: db.prepare('UPDATE quant_lease SET expires_at = ?'),
    dropPages: db.prepare('DELETE FROM quant_state_pages'),
    dropSummary: db.prepare('DELETE FROM quant_summary'),
    page: db.prepare('INSERT OR REPLACE INTO quant_state_pages VALUES (?, ?)'),
    state: db.prepare('INSERT OR REPLACE INTO quant_state VALUES (1, ?, ?, ?, ?, ?, ?)'),
    summary: db.prepare('INSERT OR REPLACE INTO quant_summary VALUES (?, ?, ?, ?, ?)'),
    layout: db.prepare('INSERT OR IGNORE INTO quant_layouts VALUES (?, ?)'),
    features: db.prepare('INSERT INTO quant_features (symbol, tick_ts, revision, layout, bytes) VALUES (?, ?, ?, ?, ?)'),
    alert: db.prepare(`
      INSERT INTO quant_alerts (id, raised_at, alert) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET alert = excluded.alert`),
    supersede: db.prepare(`
      UPDATE quant_signals SET superseded_ts = ? WHERE kind = ? AND symbol = ? AND timeframe = ? AND superseded_ts IS NULL`),
    signal: db.prepare('INSERT INTO quant_signals (id, kind, symbol, timeframe, tick_ts, signal) VALUES (?, ?, ?, ?, ?, ?)'),
    outbox: db.prepare('INSERT INTO quant_outbox (tick_ts, payload) VALUES (?, ?)'),
  };
}

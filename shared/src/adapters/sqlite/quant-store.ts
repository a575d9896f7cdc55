import type { DatabaseSync } from 'node:sqlite';
import type { QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantSignal } from '../../contracts/quant-signal.ts';
import type { QuantAlert } from '../../contracts/quant-stream.ts';
import { err, ok } from '../../core/result.ts';
import type {
  AlertMark,
  CommittedState,
  FeatureBlock,
  OutboxRow,
  QuantBacklog,
  QuantLease,
  QuantRetention,
  QuantStore,
  QuantStoreStatus,
  StoredAlert,
} from '../../ports/quant-store.ts';
import { checkToken } from '../quant-checks.ts';
import { openDatabase } from './open-database.ts';
import { quantCommitWriter } from './quant-commit.ts';
import { QUANT_SCHEMA } from './quant-tables.ts';
import { inTransaction } from './revised-table.ts';
import { withSqliteErrors } from './sqlite-error.ts';

export interface SqliteQuantStore extends QuantStore {
  /** Closes the file; the store cannot be used afterwards. */
  close(): void;
}

/** How much of the time that is kept goes at once when there is no room. */
const SHARE_TO_FORGET = 0.01;

/**
 * A QuantStore in one SQLite file, safe between processes of one machine: a commit is one synced transaction. Errors:
 * STORE_READ_ONLY, STORE_UNAVAILABLE, STORE_CORRUPT, COMMIT_UNKNOWN, QUANT_LEASE_LOST, QUANT_TICK_CONFLICT.
 */
export function sqliteQuantStore({ file }: { readonly file: string }): SqliteQuantStore {
  const db = openDatabase(file, QUANT_SCHEMA);
  const sql = statements(db);
  const write = quantCommitWriter(db);
  const read = async <T>(body: () => T): Promise<T> => withSqliteErrors(file, body);
  const change = async <T>(body: () => T): Promise<T> => withSqliteErrors(file, () => inTransaction(db, file, body));
  const consistent = async <T>(body: () => T): Promise<T> => withSqliteErrors(file, () => inSnapshot(db, body));
  return {
    acquire: (holder, nowMs, ttlMs) => change(() => acquire(sql, holder, nowMs, ttlMs)),
    release: (token) => change(() => void sql.expire.run(token)),
    commit: (token, commit) => change(() => write(token, commit)),
    committed: () => consistent(() => committed(sql)),
    summary: () => read(() => sql.summary.all().map(({ row }) => JSON.parse(String(row)) as QuantSummaryRow)),
    features: ({ symbol, fromMs, toMs, offset, limit }) =>
      consistent(() => ({
        blocks: sql.features.all({ symbol, fromMs, toMs, offset, limit }) as unknown as readonly FeatureBlock[],
        total: countOf(sql.featureCount.get({ symbol, fromMs, toMs })),
      })),
    layout: (hash) => read(() => (sql.layout.get(hash)?.text as string | undefined) ?? null),
    alerts: (limit, offset) =>
      consistent(() => ({ alerts: sql.alerts.all(limit, offset).map(alertOf), total: countOf(sql.alertCount.get()) })),
    markAlert: (id, mark) => change(() => markAlert(sql, id, mark)),
    latestSignals: () => read(() => sql.signals.all().map(({ signal }) => JSON.parse(String(signal)) as QuantSignal)),
    unsent: (afterSeq, limit) => read(() => sql.unsent.all(afterSeq, limit) as unknown as readonly OutboxRow[]),
    markSent: (seqs, nowMs) =>
      change(() => {
        for (const seq of seqs) sql.markSent.run(nowMs, seq);
      }),
    prune: (token, retention) => change(() => prune(sql, token, retention)),
    backlog: () => read(() => sql.backlog.get() as unknown as QuantBacklog),
    status: () => consistent(() => status(sql)),
    close: () => db.close(),
  };
}

/** Reads that belong together see one state. */
function inSnapshot<T>(db: DatabaseSync, body: () => T): T {
  db.exec('BEGIN');
  try {
    return body();
  } finally {
    db.exec('COMMIT');
  }
}

function leaseOf(sql: Statements): QuantLease | null {
  return (sql.lease.get() as unknown as QuantLease | undefined) ?? null;
}

function acquire(sql: Statements, holder: string, nowMs: number, ttlMs: number) {
  const known = leaseOf(sql);
  if (known !== null && known.holder !== holder && known.expiresAtMs > nowMs) return err(known);
  const lease = { holder, token: (known?.token ?? 0) + 1, expiresAtMs: nowMs + ttlMs };
  sql.grant.run(lease.holder, lease.token, lease.expiresAtMs);
  return ok(lease);
}

function committed(sql: Statements): CommittedState | null {
  const state = sql.state.get() as unknown as
    | (Omit<CommittedState, 'bytes'> & { totalBytes: number; pageBytes: number })
    | undefined;
  if (state === undefined) return null;
  const { totalBytes, pageBytes, ...rest } = state;
  const bytes = new Uint8Array(totalBytes);
  for (const { page, data } of sql.pages.iterate()) bytes.set(data as Uint8Array, Number(page) * pageBytes);
  return { ...rest, bytes };
}

function markAlert(sql: Statements, id: string, mark: AlertMark): StoredAlert | null {
  if (mark.kind === 'ack') sql.ack.run(mark.by, mark.atMs, id);
  else sql.snooze.run(mark.untilMs, id);
  const row = sql.alert.get(id);
  return row === undefined ? null : alertOf(row);
}

function alertOf(row: Record<string, unknown>): StoredAlert {
  return {
    alert: JSON.parse(String(row.alert)) as QuantAlert,
    ackedBy: (row.acked_by as string | null) ?? null,
    ackedAtMs: (row.acked_at as number | null) ?? null,
    snoozedUntilMs: (row.snoozed_until as number | null) ?? null,
  };
}

function prune(sql: Statements, token: number, retention: QuantRetention): void {
  const { featuresBeforeMs, alertsBeforeMs, signalsBeforeMs, sentBeforeMs, mostBytes } = retention;
  checkToken(leaseOf(sql)?.token ?? 0, token);
  sql.pruneFeatures.run(featuresBeforeMs);
  sql.pruneAlerts.run(alertsBeforeMs);
  sql.pruneSignals.run(signalsBeforeMs);
  sql.pruneOutbox.run(sentBeforeMs);
  while (usedBytes(sql) > mostBytes) if (!forgetOldest(sql)) return;
}

/** Deletes the oldest hundredth of the time that features and told rows are kept for; false when there is nothing more. */
function forgetOldest(sql: Statements): boolean {
  const times = Object.values(sql.span.get() ?? {}).filter((ms): ms is number => ms !== null);
  if (times.length === 0) return false;
  const [oldest, newest] = [Math.min(...times), Math.max(...times)];
  const beforeMs = oldest + 1 + Math.floor((newest - oldest) * SHARE_TO_FORGET);
  sql.pruneFeatures.run(beforeMs);
  sql.pruneOutbox.run(beforeMs);
  return true;
}

/** Pages that hold something: the file itself keeps what was freed for what comes. */
function usedBytes(sql: Statements): number {
  return Number(sql.usedBytes.get()?.bytes ?? 0);
}

function status(sql: Statements): QuantStoreStatus {
  const counts = sql.status.get() as unknown as Omit<QuantStoreStatus, 'lease' | 'bytes' | keyof QuantBacklog>;
  const backlog = sql.backlog.get() as unknown as QuantBacklog;
  return { ...counts, ...backlog, lease: leaseOf(sql), bytes: usedBytes(sql) };
}

function countOf(row: Record<string, unknown> | undefined): number {
  return Number(row?.count ?? 0);
}

type Statements = ReturnType<typeof statements>;

function statements(db: DatabaseSync) {
  const range = 'FROM quant_features WHERE symbol = :symbol AND tick_ts >= :fromMs AND tick_ts < :toMs';
  return {
    lease: db.prepare('SELECT holder, token, expires_at AS expiresAtMs FROM quant_lease'),
    grant: db.prepare('INSERT OR REPLACE INTO quant_lease VALUES (1, ?, ?, ?)'),
    expire: db.prepare('UPDATE quant_lease SET expires_at = 0 WHERE token = ?'),
    state: db.prepare(`
      SELECT engine_key AS engineKey, tick_ts AS tickTs, commit_id AS commitId, alert_state AS alertState,
             total_bytes AS totalBytes, page_bytes AS pageBytes FROM quant_state`),
    pages: db.prepare('SELECT page, bytes AS data FROM quant_state_pages'),
    summary: db.prepare('SELECT row FROM quant_summary ORDER BY place'),
    features: db.prepare(`
      SELECT symbol, tick_ts AS tickTs, revision, layout, bytes ${range}
      ORDER BY tick_ts, revision LIMIT :limit OFFSET :offset`),
    featureCount: db.prepare(`SELECT count(*) AS count ${range}`),
    layout: db.prepare('SELECT text FROM quant_layouts WHERE hash = ?'),
    alert: db.prepare('SELECT * FROM quant_alerts WHERE id = ?'),
    alerts: db.prepare('SELECT * FROM quant_alerts ORDER BY raised_at DESC, id DESC LIMIT ? OFFSET ?'),
    alertCount: db.prepare('SELECT count(*) AS count FROM quant_alerts'),
    ack: db.prepare('UPDATE quant_alerts SET acked_by = ?, acked_at = ? WHERE id = ?'),
    snooze: db.prepare('UPDATE quant_alerts SET snoozed_until = ? WHERE id = ?'),
    signals: db.prepare('SELECT signal FROM quant_signals WHERE superseded_ts IS NULL ORDER BY tick_ts DESC, id'),
    unsent: db.prepare(`
      SELECT seq, tick_ts AS tickTs, payload FROM quant_outbox WHERE sent_at IS NULL AND seq > ? ORDER BY seq LIMIT ?`),
    markSent: db.prepare('UPDATE quant_outbox SET sent_at = ? WHERE seq = ? AND sent_at IS NULL'),
    pruneFeatures: db.prepare('DELETE FROM quant_features WHERE tick_ts < ?'),
    pruneAlerts: db.prepare('DELETE FROM quant_alerts WHERE raised_at < ?'),
    pruneSignals: db.prepare('DELETE FROM quant_signals WHERE tick_ts < ? AND superseded_ts IS NOT NULL'),
    pruneOutbox: db.prepare('DELETE FROM quant_outbox WHERE sent_at < ?'),
    backlog: db.prepare(`
      SELECT (SELECT count(*) FROM quant_outbox WHERE sent_at IS NULL) AS unsent,
             (SELECT tick_ts FROM quant_outbox WHERE sent_at IS NULL ORDER BY seq LIMIT 1) AS oldestUnsentTs`),
    // Features come and go in the order of their numbers, so that nobody has to count millions.
    status: db.prepare(`
      SELECT (SELECT tick_ts FROM quant_state) AS lastTickTs,
             coalesce((SELECT max(rowid) FROM quant_features) - (SELECT min(rowid) FROM quant_features) + 1, 0) AS features,
             (SELECT count(*) FROM quant_alerts) AS alerts, (SELECT count(*) FROM quant_signals) AS signals,
             (SELECT count(*) FROM quant_outbox) AS outbox`),
    span: db.prepare(`
      SELECT (SELECT min(tick_ts) FROM quant_features) AS oldestFeature, (SELECT max(tick_ts) FROM quant_features) AS newestFeature,
             (SELECT min(sent_at) FROM quant_outbox) AS oldestSent, (SELECT max(sent_at) FROM quant_outbox) AS newestSent`),
    usedBytes: db.prepare(`
      SELECT (page_count - freelist_count) * page_size AS bytes
      FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`),
  };
}

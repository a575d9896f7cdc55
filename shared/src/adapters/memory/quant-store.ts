import type { QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantSignal } from '../../contracts/quant-signal.ts';
import { err, ok } from '../../core/result.ts';
import type {
  FeatureBlock,
  OutboxRow,
  QuantBacklog,
  QuantCommit,
  QuantLease,
  QuantStore,
  StatePages,
  StoredAlert,
} from '../../ports/quant-store.ts';
import { checkCommit, checkToken } from '../quant-checks.ts';

interface KeptState {
  readonly tickTs: number;
  readonly commitId: string;
  readonly alertState: string;
  readonly engineKey: string;
  readonly bytes: Uint8Array;
}

interface Memory {
  lease: QuantLease | null;
  state: KeptState | null;
  summary: readonly QuantSummaryRow[];
  readonly layouts: Map<string, string>;
  features: FeatureBlock[];
  alerts: Map<string, StoredAlert>;
  signals: QuantSignal[];
  outbox: (OutboxRow & { sentAtMs: number | null })[];
  lastSeq: number;
}

/** A QuantStore in this process's memory: for tests and replays. */
export function memoryQuantStore(): QuantStore {
  const memory: Memory = {
    lease: null,
    state: null,
    summary: [],
    layouts: new Map(),
    features: [],
    alerts: new Map(),
    signals: [],
    outbox: [],
    lastSeq: 0,
  };
  return {
    acquire: async (holder, nowMs, ttlMs) => {
      const known = memory.lease;
      if (known !== null && known.holder !== holder && known.expiresAtMs > nowMs) return err(known);
      memory.lease = { holder, token: (known?.token ?? 0) + 1, expiresAtMs: nowMs + ttlMs };
      return ok(memory.lease);
    },
    release: async (token) => {
      if (memory.lease?.token === token) memory.lease = { ...memory.lease, expiresAtMs: 0 };
    },
    commit: async (token, commit) => commitInto(memory, token, structuredClone(commit)),
    committed: async () => structuredClone(memory.state),
    summary: async () => structuredClone(memory.summary),
    features: async ({ symbol, fromMs, toMs, offset, limit }) => {
      const meant = memory.features.filter((b) => b.symbol === symbol && b.tickTs >= fromMs && b.tickTs < toMs);
      const ordered = meant.sort((a, b) => a.tickTs - b.tickTs || a.revision - b.revision);
      return structuredClone({ blocks: ordered.slice(offset, offset + limit), total: ordered.length });
    },
    layout: async (hash) => memory.layouts.get(hash) ?? null,
    alerts: async (limit, offset) => {
      const ordered = [...memory.alerts.values()].sort((a, b) => newestFirst(a, b));
      return structuredClone({ alerts: ordered.slice(offset, offset + limit), total: ordered.length });
    },
    markAlert: async (id, mark) => {
      const known = memory.alerts.get(id);
      if (known === undefined) return null;
      const marked =
        mark.kind === 'ack' ? { ...known, ackedBy: mark.by, ackedAtMs: mark.atMs } : { ...known, snoozedUntilMs: mark.untilMs };
      memory.alerts.set(id, marked);
      return structuredClone(marked);
    },
    latestSignals: async () =>
      structuredClone(inForce(memory.signals).sort((a, b) => b.tick_ts - a.tick_ts || (a.id < b.id ? -1 : 1))),
    unsent: async (afterSeq, limit) =>
      unsentOf(memory)
        .filter(({ seq }) => seq > afterSeq)
        .slice(0, limit)
        .map(({ seq, tickTs, payload }) => ({ seq, tickTs, payload })),
    markSent: async (seqs, nowMs) => {
      memory.outbox = memory.outbox.map((row) => {
        return seqs.includes(row.seq) && row.sentAtMs === null ? { ...row, sentAtMs: nowMs } : row;
      });
    },
    prune: async (token, { featuresBeforeMs, alertsBeforeMs, signalsBeforeMs, sentBeforeMs, mostBytes }) => {
      checkToken(memory.lease?.token ?? 0, token);
      memory.features = memory.features.filter(({ tickTs }) => tickTs >= featuresBeforeMs);
      memory.alerts = new Map([...memory.alerts].filter(([, { alert }]) => alert.raised_at >= alertsBeforeMs));
      const newest = new Set(inForce(memory.signals));
      memory.signals = memory.signals.filter((signal) => signal.tick_ts >= signalsBeforeMs || newest.has(signal));
      memory.outbox = memory.outbox.filter(({ sentAtMs }) => sentAtMs === null || sentAtMs >= sentBeforeMs);
      while (usedBytes(memory) > mostBytes) if (!forgetOldest(memory)) return;
    },
    backlog: async () => backlogOf(memory),
    status: async () => ({
      lastTickTs: memory.state?.tickTs ?? null,
      features: memory.features.length,
      alerts: memory.alerts.size,
      signals: memory.signals.length,
      outbox: memory.outbox.length,
      ...backlogOf(memory),
      lease: memory.lease,
      bytes: usedBytes(memory),
    }),
  };
}

function usedBytes({ features, outbox, state }: Memory): number {
  const featureBytes = features.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return outbox.reduce((sum, { payload }) => sum + payload.length, featureBytes + (state?.bytes.length ?? 0));
}

/** Deletes the features and told rows of the oldest time; false when there are none. */
function forgetOldest(memory: Memory): boolean {
  const times = [...memory.features.map(({ tickTs }) => tickTs), ...memory.outbox.flatMap(({ sentAtMs }) => sentAtMs ?? [])];
  if (times.length === 0) return false;
  const oldest = times.reduce((least, ms) => Math.min(least, ms));
  memory.features = memory.features.filter(({ tickTs }) => tickTs > oldest);
  memory.outbox = memory.outbox.filter(({ sentAtMs }) => sentAtMs === null || sentAtMs > oldest);
  return true;
}

function commitInto(memory: Memory, token: number, commit: QuantCommit): void {
  const { state, lease } = memory;
  const before = {
    token: lease?.token ?? 0,
    tickTs: state?.tickTs ?? null,
    commitId: state?.commitId ?? null,
    engineKey: state?.engineKey ?? null,
    totalBytes: state?.bytes.length ?? 0,
  };
  if (checkCommit(before, token, commit) === 'again') return;
  const { tickTs, commitId, alertState } = commit;
  memory.lease = { ...lease!, expiresAtMs: commit.leaseUntilMs };
  memory.state = { tickTs, commitId, alertState, engineKey: commit.state.engineKey, bytes: bytesOf(state, commit.state) };
  memory.summary = commit.summary;
  for (const [hash, text] of Object.entries(commit.layouts)) memory.layouts.set(hash, text);
  memory.features.push(...commit.features);
  for (const alert of [...commit.raised, ...commit.cleared]) {
    const known = memory.alerts.get(alert.id) ?? { ackedBy: null, ackedAtMs: null, snoozedUntilMs: null };
    memory.alerts.set(alert.id, { ...known, alert });
  }
  memory.signals.push(...commit.signals);
  memory.lastSeq += 1;
  memory.outbox.push({ seq: memory.lastSeq, tickTs, payload: commit.outbox, sentAtMs: null });
}

function bytesOf(before: KeptState | null, { engineKey, totalBytes, pageBytes, pages }: StatePages): Uint8Array {
  const isSame = before?.engineKey === engineKey && before.bytes.length === totalBytes;
  const bytes = isSame ? before.bytes : new Uint8Array(totalBytes);
  for (const page of pages) bytes.set(page.bytes, page.page * pageBytes);
  return bytes;
}

/** Signals are kept in the order of their ticks: the last one of a symbol and timeframe is in force. */
function inForce(signals: readonly QuantSignal[]): QuantSignal[] {
  return [...new Map(signals.map((signal) => [`${signal.kind} ${signal.symbol} ${signal.timeframe}`, signal])).values()];
}

function unsentOf({ outbox }: Memory) {
  return outbox.filter(({ sentAtMs }) => sentAtMs === null);
}

function backlogOf(memory: Memory): QuantBacklog {
  const rows = unsentOf(memory);
  return { unsent: rows.length, oldestUnsentTs: rows[0]?.tickTs ?? null };
}

function newestFirst(a: StoredAlert, b: StoredAlert): number {
  return b.alert.raised_at - a.alert.raised_at || (a.alert.id < b.alert.id ? 1 : -1);
}

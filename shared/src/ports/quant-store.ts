import type { QuantSummaryRow } from '../contracts/quant-rows.ts';
import type { QuantSignal } from '../contracts/quant-signal.ts';
import type { QuantAlert } from '../contracts/quant-stream.ts';
import type { Result } from '../core/result.ts';

/** The right to write, for a while. `token` rises with every grant, so that a late writer can be told from the present one. */
export interface QuantLease {
  readonly holder: string;
  readonly token: number;
  readonly expiresAtMs: number;
}

/** All metrics of one symbol at one tick, packed; `layout` names the text that says what its numbers are. */
export interface FeatureBlock {
  readonly symbol: string;
  readonly tickTs: number;
  readonly revision: number;
  readonly layout: string;
  readonly bytes: Uint8Array;
}

/** Pieces of the engine's memory; those that did not change since the last commit are not in it. */
export interface StatePages {
  /** Which engine it belongs to: universe, parameters and program. A commit under another one replaces everything. */
  readonly engineKey: string;
  readonly totalBytes: number;
  readonly pageBytes: number;
  readonly pages: readonly { readonly page: number; readonly bytes: Uint8Array }[];
}

/** One tick, whole. */
export interface QuantCommit {
  readonly tickTs: number;
  /** Digest of what the tick says; the same tick committed again under it is a no-op. */
  readonly commitId: string;
  readonly nowMs: number;
  /** The writer keeps the lease until then. */
  readonly leaseUntilMs: number;
  readonly summary: readonly QuantSummaryRow[];
  /** Texts of the layouts that `features` name. */
  readonly layouts: Readonly<Record<string, string>>;
  readonly features: readonly FeatureBlock[];
  readonly state: StatePages;
  /** Memory of the alerts as JSON. */
  readonly alertState: string;
  readonly raised: readonly QuantAlert[];
  readonly cleared: readonly QuantAlert[];
  /** Labels that changed at this tick; at most one of a symbol and timeframe. */
  readonly signals: readonly QuantSignal[];
  /** What is told to the world about it, as JSON. */
  readonly outbox: string;
}

/** What the last commit left. */
export interface CommittedState {
  readonly engineKey: string;
  readonly tickTs: number;
  readonly commitId: string;
  readonly alertState: string;
  readonly bytes: Uint8Array;
}

export interface OutboxRow {
  /** Rises by one with every commit. */
  readonly seq: number;
  readonly tickTs: number;
  readonly payload: string;
}

export interface StoredAlert {
  readonly alert: QuantAlert;
  readonly ackedBy: string | null;
  readonly ackedAtMs: number | null;
  readonly snoozedUntilMs: number | null;
}

/** Half-open [fromMs, toMs). */
export interface FeatureQuery {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly offset: number;
  readonly limit: number;
}

export interface FeaturePage {
  /** Oldest first; of several revisions of a tick, each. */
  readonly blocks: readonly FeatureBlock[];
  /** All blocks that the query means. */
  readonly total: number;
}

/** Rows older than these are deleted, and the oldest of a store that is larger than it may be. */
export interface QuantRetention {
  readonly featuresBeforeMs: number;
  readonly alertsBeforeMs: number;
  /** The newest signal of a symbol and timeframe is in force, and stays. */
  readonly signalsBeforeMs: number;
  readonly sentBeforeMs: number;
  /** While the store holds more, the oldest features and told rows of the outbox go; nothing else does. */
  readonly mostBytes: number;
}

/** What was committed and not told yet. */
export interface QuantBacklog {
  readonly unsent: number;
  /** Tick of the oldest of those rows. */
  readonly oldestUnsentTs: number | null;
}

/** Counts and times that `/api/db/status` tells. */
export interface QuantStoreStatus extends QuantBacklog {
  readonly lastTickTs: number | null;
  readonly features: number;
  readonly alerts: number;
  readonly signals: number;
  readonly outbox: number;
  readonly lease: QuantLease | null;
  readonly bytes: number;
}

/**
 * Where committed ticks live (quant spec §6, §7). Laws (test/laws/quant-store.ts): a commit is visible in whole or not at all, in
 * every table · it needs the newest token (QUANT_LEASE_LOST for an older one, and nothing is changed) and prolongs the lease · its
 * tick is later than the last one, or the very same again under the same id, which changes nothing (else QUANT_TICK_CONFLICT) ·
 * what was committed survives the process · a lease is granted to one holder at a time, to another one only after it expired or was
 * released, and always with a higher token · outbox numbers rise by one and never repeat, also after rows were deleted · only the
 * holder deletes · a lost answer is COMMIT_UNKNOWN, and the same commit again tells.
 */
export interface QuantStore {
  /** The lease for `ttlMs` from now on, or the one that somebody else has. */
  acquire(holder: string, nowMs: number, ttlMs: number): Promise<Result<QuantLease, QuantLease>>;
  /** Gives it back; nothing when the token is no longer the newest. */
  release(token: number): Promise<void>;
  commit(token: number, commit: QuantCommit): Promise<void>;
  committed(): Promise<CommittedState | null>;
  /** Rows of the last tick, in the order of their commit. */
  summary(): Promise<readonly QuantSummaryRow[]>;
  features(query: FeatureQuery): Promise<FeaturePage>;
  /** Text of a layout; null for one that was never stored. */
  layout(hash: string): Promise<string | null>;
  /** Newest first by the time of raising. */
  alerts(limit: number, offset: number): Promise<{ readonly alerts: readonly StoredAlert[]; readonly total: number }>;
  /** Marks an alert as seen or asleep; null when there is none of that id. */
  markAlert(id: string, mark: AlertMark): Promise<StoredAlert | null>;
  /** The newest signal of each symbol and timeframe, newest first and by id within a tick. */
  latestSignals(): Promise<readonly QuantSignal[]>;
  /** Rows after `afterSeq` that were not told yet, oldest first. */
  unsent(afterSeq: number, limit: number): Promise<readonly OutboxRow[]>;
  markSent(seqs: readonly number[], nowMs: number): Promise<void>;
  /** Cheap enough to be asked every second. */
  backlog(): Promise<QuantBacklog>;
  prune(token: number, retention: QuantRetention): Promise<void>;
  status(): Promise<QuantStoreStatus>;
}

export type AlertMark =
  | { readonly kind: 'ack'; readonly by: string; readonly atMs: number }
  | { readonly kind: 'snooze'; readonly by: string; readonly atMs: number; readonly untilMs: number };

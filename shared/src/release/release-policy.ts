import { MAX_POOL_AGE_DAYS } from './expiry.ts';

/** Bounds of one act (release spec §6). Times in milliseconds. */
export interface ReleasePolicy {
  /** Nothing is tried after this much time since the act began. */
  readonly budgetMs: number;
  /** No write begins after this much time. */
  readonly lastWriteMs: number;
  /** Longer than the budget; for liveness only. */
  readonly leaseMs: number;
  /** Pause between two writes of one object, where the store limits their rate. */
  readonly sameObjectGapMs: number;
  /** Tries of one call that met a transient error. */
  readonly maxAttempts: number;
  readonly firstRetryDelayMs: number;
  readonly maxRetryDelayMs: number;
  /** Consumers drop an older pool, so it is never made current by accident. */
  readonly maxAgeDays: number;
  /** One person may give both names of an approval; false demands two different ones. */
  readonly selfApproval: boolean;
}

/** Cloud Storage and Firestore: one write a second for one object name, bursts of 429 and 503. */
export const CLOUD_POLICY: ReleasePolicy = {
  budgetMs: 240_000,
  lastWriteMs: 230_000,
  leaseMs: 300_000,
  sameObjectGapMs: 1_000,
  maxAttempts: 8,
  firstRetryDelayMs: 250,
  maxRetryDelayMs: 16_000,
  maxAgeDays: MAX_POOL_AGE_DAYS,
  selfApproval: false,
};

/** One machine with a folder and a database file: nothing is slow, and one person works alone. */
export const EMBEDDED_POLICY: ReleasePolicy = {
  budgetMs: 60_000,
  lastWriteMs: 55_000,
  leaseMs: 70_000,
  sameObjectGapMs: 0,
  maxAttempts: 3,
  firstRetryDelayMs: 50,
  maxRetryDelayMs: 500,
  maxAgeDays: MAX_POOL_AGE_DAYS,
  selfApproval: true,
};

/**
 * The same policy inside a request that ends after `remainingMs`: the last write keeps its distance from the end of the budget, so
 * that a write begun just in time has ended when the request is killed. Too little time left leaves none for a write.
 */
export function policyWithin(policy: ReleasePolicy, remainingMs: number): ReleasePolicy {
  const marginMs = policy.budgetMs - policy.lastWriteMs;
  const budgetMs = Math.min(policy.budgetMs, remainingMs);
  return { ...policy, budgetMs, lastWriteMs: budgetMs - marginMs };
}

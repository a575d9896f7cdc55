import { LivepoolError } from '../../core/errors.ts';
import { isMissingCredentials } from './missing-credentials.ts';

/**
 * What a failed call to Cloud Storage means. `absent`: no such object or generation · `precondition`: 412 · `range`: nothing of
 * the object lies in the asked range · `rejected`: certainly without effect, may succeed later · `unknown`: no usable answer, the
 * call may or may not have taken effect, now or later · `forbidden`: 403, also for what would overwrite an object that may not be
 * deleted, whatever the condition says · `refused`: other rights, bucket or request are wrong, a person is needed.
 */
export type StorageFailureKind = 'absent' | 'precondition' | 'range' | 'rejected' | 'unknown' | 'forbidden' | 'refused';

export interface StorageFailure {
  readonly kind: StorageFailureKind;
  /** The error for a caller for whom this is no expected outcome. */
  readonly error: LivepoolError;
}

/** Classifies what a call of the client threw; what is not recognised is `unknown`, the only safe reading. */
export function storageFailure(thrown: unknown, what: string): StorageFailure {
  if (thrown instanceof LivepoolError) return { kind: thrown.kind === 'transient' ? 'unknown' : 'refused', error: thrown };
  const status = statusOf(thrown);
  const kind = kindOf(status, thrown);
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const details = { status, what };
  if (kind === 'rejected' || kind === 'unknown') {
    const message = `Cloud Storage did not answer ${what} usably (${status ?? 'no status'}): ${text}`;
    return { kind, error: new LivepoolError('STORE_UNAVAILABLE', 'transient', message, details, thrown) };
  }
  const message = `Cloud Storage refused ${what} (${status ?? 'no status'}): ${text}; check bucket, rights and configuration`;
  return { kind, error: new LivepoolError('STORE_REFUSED', 'terminal', message, details, thrown) };
}

const KIND_BY_STATUS: ReadonlyMap<number, StorageFailureKind> = new Map([
  [400, 'refused'],
  [401, 'refused'],
  [403, 'forbidden'],
  [404, 'absent'],
  [405, 'refused'],
  [411, 'refused'],
  [412, 'precondition'],
  [413, 'refused'],
  [414, 'refused'],
  [416, 'range'],
  [429, 'rejected'],
]);

function kindOf(status: number | undefined, thrown: unknown): StorageFailureKind {
  if (isMissingCredentials(thrown)) return 'refused';
  if (status === 404 && /bucket does not exist/i.test(String(thrown))) return 'refused';
  if (status === 400 && /hash/i.test(String(thrown))) return 'rejected';
  if (status === 403 && hasReason(thrown, /^(user)?rateLimitExceeded$/i)) return 'rejected';
  return (status === undefined ? undefined : KIND_BY_STATUS.get(status)) ?? 'unknown';
}

/** HTTP status of an error of the client; its network errors carry a text in the same field. */
function statusOf(thrown: unknown): number | undefined {
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : undefined;
}

function hasReason(thrown: unknown, pattern: RegExp): boolean {
  const errors = (thrown as { readonly errors?: unknown }).errors;
  if (!Array.isArray(errors)) return false;
  return errors.some((entry: unknown) => pattern.test(String((entry as { readonly reason?: unknown }).reason)));
}

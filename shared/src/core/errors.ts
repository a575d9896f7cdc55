/**
 * What a caller may do about an error: `transient` = run the same thing again, `terminal` = a person or another input is
 * needed, `bug` = an invariant of ours broke.
 */
export type ErrorKind = 'transient' | 'terminal' | 'bug';

/** Facts that let a person find the cause: file, row, field, observed value, remedy. Never secrets. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** Error with a stable code from `error-catalogue.ts`. Thrown for what the caller did not expect; refusals are values. */
export class LivepoolError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(code: string, kind: ErrorKind, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LivepoolError';
    this.code = code;
    this.kind = kind;
    this.details = details;
  }
}

/** Throws a `bug` when an invariant does not hold; the message says which. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new LivepoolError('INVARIANT', 'bug', message);
}

import type { Refusal } from '../../core/result.ts';

/** One finding of the auditor. */
export function mismatch(message: string, details: Readonly<Record<string, unknown>> = {}): Refusal {
  return { code: 'AUDIT_MISMATCH', message, details };
}

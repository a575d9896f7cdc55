import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';

/** One finding of the auditor. */
export function mismatch(message: string, details: Readonly<Record<string, unknown>> = {}): Refusal {
  return { code: 'AUDIT_MISMATCH', message, details };
}

/** Findings of one check; what stops the check is a finding itself, except a store that did not answer. */
export async function findingsOf(check: () => Promise<readonly Refusal[]>): Promise<readonly Refusal[]> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
    return [{ code: error.code, message: error.message, details: error.details }];
  }
}

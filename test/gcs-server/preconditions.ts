import { ApiError } from './api-message.ts';
import type { ObjectVersion } from './object-version.ts';

/** What the conditions speak of: the object itself, or the source of a copy. */
export type PreconditionSubject = 'object' | 'source';

/**
 * Checks the four `if*` parameters of a request against the version it would touch. A generation of 0 stands for "no live version".
 * A failed `NotMatch` on a read is 304, everything else 412.
 */
export function checkPreconditions(
  query: URLSearchParams,
  found: ObjectVersion | undefined,
  intent: 'read' | 'write',
  subject: PreconditionSubject = 'object',
): void {
  const infix = subject === 'source' ? 'Source' : '';
  const generation = found?.generation ?? '0';
  const metageneration = String(found?.metageneration ?? 0);
  const wantedGeneration = integerParam(query, `if${infix}GenerationMatch`);
  const unwantedGeneration = integerParam(query, `if${infix}GenerationNotMatch`);
  const wantedMetageneration = integerParam(query, `if${infix}MetagenerationMatch`);
  const unwantedMetageneration = integerParam(query, `if${infix}MetagenerationNotMatch`);
  if (wantedGeneration !== undefined && wantedGeneration !== generation) throw conditionNotMet(412);
  if (wantedMetageneration !== undefined && wantedMetageneration !== metageneration) throw conditionNotMet(412);
  const notModified = intent === 'read' ? 304 : 412;
  if (unwantedGeneration === generation) throw conditionNotMet(notModified);
  if (unwantedMetageneration === metageneration) throw conditionNotMet(notModified);
}

/** A decimal parameter without leading zeros, undefined when absent, 400 when it is no number. */
export function integerParam(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,19}$/.test(text)) throw new ApiError(400, 'invalid', `Invalid value for ${name}: "${text}"`);
  return BigInt(text).toString();
}

function conditionNotMet(status: 304 | 412): ApiError {
  return new ApiError(status, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
}

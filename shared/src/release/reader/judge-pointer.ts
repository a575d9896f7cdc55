import { formatInstantZ, parseInstant } from '../../core/instant.ts';
import { err, type Refusal, type Result } from '../../core/result.ts';
import { ageDays, MAX_POOL_AGE_DAYS } from '../expiry.ts';
import { rejected, type Trust, type VerifiedSummary, verifySummary } from './verify-summary.ts';

/** Numbers may jump by this much between two readings; more is an attempt to make later acts invisible. */
const MAX_SEQUENCE_JUMP = 1_000;

/** The last act that this reader believed. */
export interface SeenAct {
  readonly publishSeq: number;
  readonly manifestSha256: string;
}

export interface PointerContext {
  readonly trust: Trust;
  /** Null on the first reading ever. */
  readonly lastSeen: SeenAct | null;
  readonly nowMs: number;
  /** Default 45, as consumers have it. */
  readonly maxAgeDays?: number | undefined;
}

/**
 * Step 1 of the reference reader (release spec §9): a signed pointer of this environment that is neither replayed, nor from far ahead,
 * nor expired, nor too old. Returns every fault, code POINTER_REJECTED.
 */
export function judgePointer(data: unknown, context: PointerContext): Result<VerifiedSummary, readonly Refusal[]> {
  const verified = verifySummary(data, context.trust);
  if (!verified.ok) return verified;
  const faults = [...sequenceFaults(verified.value, context.lastSeen), ...ageFaults(verified.value, context)];
  return faults.length === 0 ? verified : err(faults.map(rejected));
}

/** The act of a verified pointer, as the next reading must know it. */
export function seenActOf({ summary }: VerifiedSummary): SeenAct {
  return { publishSeq: summary.publish_seq, manifestSha256: summary.manifest_sha256 };
}

function sequenceFaults({ summary }: VerifiedSummary, lastSeen: SeenAct | null): readonly string[] {
  if (lastSeen === null) return [];
  const { publish_seq: seq, manifest_sha256: manifest } = summary;
  if (seq < lastSeen.publishSeq) return [`act ${seq} is a replay: ${lastSeen.publishSeq} was seen before`];
  if (seq > lastSeen.publishSeq + MAX_SEQUENCE_JUMP)
    return [`act ${seq} lies too far above the last seen ${lastSeen.publishSeq}`];
  if (seq === lastSeen.publishSeq && manifest !== lastSeen.manifestSha256) return [`act ${seq} was seen with another manifest`];
  return [];
}

function ageFaults(
  { act, release }: VerifiedSummary,
  { nowMs, maxAgeDays = MAX_POOL_AGE_DAYS }: PointerContext,
): readonly string[] {
  const faults: string[] = [];
  if ((parseInstant(act.expires_at) ?? 0) <= nowMs) faults.push(`it expired at ${act.expires_at}`);
  const age = ageDays(release.as_of_date, formatInstantZ(nowMs).slice(0, 10));
  if (age < 0) faults.push(`as_of_date ${release.as_of_date} lies in the future`);
  if (age > maxAgeDays) faults.push(`it is ${age} days old, at most ${maxAgeDays} are accepted`);
  return faults;
}

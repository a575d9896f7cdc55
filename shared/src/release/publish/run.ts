import { checkContract } from '../../contracts/decode.ts';
import { DOCUMENT_PATHS } from '../../contracts/names.ts';
import { type RunOutcome, type RunRecord, runRecordSchema } from '../../contracts/run-record.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';
import type { DocumentTransaction } from '../../ports/document-store.ts';
import type { ReleaseDeps } from '../release-deps.ts';

/** What decides the bytes of a run, fixed when its record is created (step 2 PIN). */
export type RunPins = Omit<RunRecord, 'stages' | 'outcome' | 'code'>;

/** Stage under which a run remembers the SHA-256 of the manifest it built: one run key, one set of bytes. */
const BUILT = 'built';

/** Stages under which a finished run remembers its answer. */
const COMMITTED = 'committed';
const REFUSED = 'refused';

/** How a run ended, in the words it will repeat. */
export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly publishSeq: number | null;
  readonly refusal: Refusal | null;
}

/**
 * Steps 1 and 2, one transaction: creates `runs/<key>` or finds it. A record with other pins, or one that built other bytes, is
 * RUN_CONFLICT. `isFinal` says whether the run has its answer for ever; open, held and failed runs go on.
 */
export async function openRun(
  deps: ReleaseDeps,
  runKey: string,
  pins: RunPins,
  manifestSha256: string,
): Promise<{ readonly record: RunRecord; readonly isFinal: boolean }> {
  return deps.runs.transaction(async (tx) => {
    const known = await readRun(tx, runKey);
    if (known !== null) requireSamePins(runKey, known, pins);
    const built = known?.stages[BUILT];
    if (built !== undefined && built !== manifestSha256) throw otherBytes(runKey, built, manifestSha256);
    const record: RunRecord = known ?? { ...pins, stages: {}, outcome: null, code: null };
    const next = { ...record, stages: { ...record.stages, [BUILT]: manifestSha256 } };
    if (built === undefined) tx.set(DOCUMENT_PATHS.run(runKey), next);
    return { record: next, isFinal: isFinal(next) };
  });
}

/** Part of step 12: how a run ended. A final outcome of the same run is kept: whoever was first is right. */
export async function closeRun(deps: Pick<ReleaseDeps, 'runs'>, runKey: string, end: RunEnd): Promise<void> {
  await deps.runs.transaction(async (tx) => {
    const known = await readRun(tx, runKey);
    if (known === null || isFinal(known)) return;
    const stages = { ...known.stages };
    if (end.publishSeq !== null) stages[COMMITTED] = String(end.publishSeq);
    if (end.refusal !== null) stages[REFUSED] = end.refusal.message;
    tx.set(DOCUMENT_PATHS.run(runKey), { ...known, stages, outcome: end.outcome, code: end.refusal?.code ?? null });
  });
}

/** The answer of a finished run. */
export function endOf({ outcome, code, stages }: RunRecord): RunEnd {
  const seq = stages[COMMITTED];
  const refusal = code === null ? null : { code, message: stages[REFUSED] ?? code };
  return { outcome: outcome ?? 'FAILED', publishSeq: seq === undefined ? null : Number(seq), refusal };
}

/** Record of a run, or null; an unreadable one is STORE_CORRUPT. */
export async function readRun(tx: Pick<DocumentTransaction, 'get'>, runKey: string): Promise<RunRecord | null> {
  const path = DOCUMENT_PATHS.run(runKey);
  const data = await tx.get(path);
  if (data === null) return null;
  const record = checkContract(runRecordSchema, data, path);
  if (record.ok) return record.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', record.error.message, record.error.details);
}

/** PUBLISHED, NO_OP and REFUSED answer again; open, held and failed runs go on, since what stopped them can be cured. */
export function isFinal({ outcome }: RunRecord): boolean {
  return outcome === 'PUBLISHED' || outcome === 'NO_OP' || outcome === 'REFUSED';
}

function requireSamePins(runKey: string, known: RunRecord, pins: RunPins): void {
  const differing = (Object.keys(pins) as (keyof RunPins)[]).filter(
    (field) => canonicalJson(known[field]) !== canonicalJson(pins[field]),
  );
  if (differing.length === 0) return;
  const message = `run ${runKey} was begun with other values of ${differing.join(', ')}; use another run key`;
  throw new LivepoolError('RUN_CONFLICT', 'terminal', message, { run_key: runKey, fields: differing });
}

function otherBytes(runKey: string, built: string, manifestSha256: string): LivepoolError {
  const message = `run ${runKey} already built another manifest (${built}, now ${manifestSha256}); use another run key`;
  return new LivepoolError('RUN_CONFLICT', 'terminal', message, { run_key: runKey, built, now: manifestSha256 });
}

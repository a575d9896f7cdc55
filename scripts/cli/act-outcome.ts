import { EXIT, exitCodeFor } from '#shared/core/error-catalogue.ts';
import type { Refusal } from '#shared/core/result.ts';
import type { ActResult } from '#shared/release/act.ts';
import { type CommandResult, refuse } from './outcome.ts';

/**
 * How a publish, rollback, restore or recover ended, for people and for machines. What was done stands, but where the audit after it
 * finds damage the exit code asks for a person.
 */
export function actOutcome(result: ActResult, environment: string): CommandResult {
  const json = { ok: result.outcome !== 'REFUSED', environment, ...result };
  const refusal = result.refusal ?? { code: 'REFUSED', message: 'refused without a reason' };
  switch (result.outcome) {
    case 'REFUSED':
      return { ...refuse([withRemedy(refusal)]), json };
    case 'HELD':
      return { exit: EXIT.ok, json, text: `held: ${refusal.message}` };
    case 'NO_OP':
      return withFindings(`nothing to do: ${result.version ?? 'no release'} is current${act(result)}`, result, json);
    case 'COMMITTED':
      return withFindings(done(result), result, json);
  }
}

/** A result with its warnings; damage that the audit found makes it one for a person. */
export function withFindings(text: string, result: ActResult, json: object): CommandResult {
  const isDamaged = result.warnings.some(({ code }) => exitCodeFor(code, 'terminal') === EXIT.conflict);
  if (!isDamaged) return { exit: EXIT.ok, json, text: withWarnings(text, result) };
  const lines = [withWarnings(text, result), DAMAGED];
  return { exit: EXIT.conflict, json: { ...json, ok: false }, text: lines.join('\n') };
}

const DAMAGED =
  'the store is damaged: `livepool release recover` writes a damaged mirror anew; for the rest see docs/operations/runbooks.md, R-02';

const R02 = 'docs/operations/runbooks.md, R-02';

const REMEDIES: Readonly<Record<string, string>> = {
  AUDIT_MISMATCH: R02,
  READBACK_MISMATCH: R02,
  SIGNATURE_INVALID: R02,
  APPROVAL_REQUIRED: 'a second person who agrees runs the same command with --approved-by NAME',
  SUPERSEDED: 'a newer release was offered already; `livepool release restore` brings back one that a rollback left',
  VERSION_CONFLICT: 'the version is sealed with other bytes; a deliberate correction is --revision 2',
};

function withRemedy(refusal: Refusal): Refusal {
  const remedy = refusal.details?.remedy ?? REMEDIES[refusal.code];
  return remedy === undefined ? refusal : { ...refusal, details: { remedy } };
}

const DONE = { publish: 'published', rollback: 'rolled back to', restore: 'restored', recover: 'recovered; current is' } as const;

/** A finished run answers again; without a version another act has moved the pool since, and nothing of that was undone. */
function done(result: ActResult): string {
  const { action, version } = result;
  if (version === null) {
    return `this run published before${act(result)} and another act came after it: nothing was changed; \`livepool release list\` shows what is current`;
  }
  return result.isRepeat === true
    ? `already ${DONE[action]} ${version}${act(result)}: nothing was changed`
    : `${DONE[action]} ${version}${act(result)}`;
}

function act(result: ActResult): string {
  return result.publishSeq === null ? '' : ` (act ${result.publishSeq})`;
}

function withWarnings(text: string, result: ActResult): string {
  const adopted = result.adopted === null ? [] : [`first finished an open switch: ${JSON.stringify(result.adopted)}`];
  return [text, ...adopted, ...result.warnings.map((warning) => `warning ${warning.code}: ${warning.message}`)].join('\n');
}

import { EXIT } from '#shared/core/error-catalogue.ts';
import type { Refusal } from '#shared/core/result.ts';
import type { ActResult } from '#shared/release/act.ts';
import { type CommandResult, refuse } from './outcome.ts';

/** How a publish, rollback, restore or recover ended, for people and for machines. */
export function actOutcome(result: ActResult, environment: string): CommandResult {
  const json = { ok: result.outcome !== 'REFUSED', environment, ...result };
  const refusal = result.refusal ?? { code: 'REFUSED', message: 'refused without a reason' };
  switch (result.outcome) {
    case 'REFUSED':
      return { ...refuse([withRemedy(refusal)]), json };
    case 'HELD':
      return { exit: EXIT.ok, json, text: `held: ${refusal.message}` };
    case 'NO_OP':
      return {
        exit: EXIT.ok,
        json,
        text: withWarnings(`nothing to do: ${result.version ?? 'no release'} is current${act(result)}`, result),
      };
    case 'COMMITTED':
      return { exit: EXIT.ok, json, text: withWarnings(done(result), result) };
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
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
  if (result.version !== null) return `${DONE[result.action]} ${result.version}${act(result)}`;
  return `this run published before${act(result)} and another act came after it: nothing was changed; \`livepool release list\` shows what is current`;
}

function act(result: ActResult): string {
  return result.publishSeq === null ? '' : ` (act ${result.publishSeq})`;
}

function withWarnings(text: string, result: ActResult): string {
  const adopted = result.adopted === null ? [] : [`first finished an open switch: ${JSON.stringify(result.adopted)}`];
  return [text, ...adopted, ...result.warnings.map((warning) => `warning ${warning.code}: ${warning.message}`)].join('\n');
}

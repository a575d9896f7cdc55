import type { StageOutcome } from '#shared/pipeline/stages/stage.ts';
import type { LogFields } from '#shared/ports/logger.ts';
import type { Outcome } from './outcome.ts';

/** What a stage's end means to whoever delivered its message. */
export function edgeOutcome(outcome: StageOutcome, fields: LogFields): Outcome {
  switch (outcome.kind) {
    case 'done':
    case 'duplicate':
      return { kind: outcome.kind, fields: { ...fields, manifest_sha256: outcome.manifestSha256 } };
    case 'not_ready':
      return outcome;
    case 'held':
      return { kind: 'held', fields: { ...fields, code: outcome.refusal.code, message: outcome.refusal.message } };
    case 'refused':
      return { kind: 'terminal', refusals: outcome.refusals, fields };
    case 'superseded':
      return { kind: 'terminal', refusals: [outcome.refusal], fields };
  }
}

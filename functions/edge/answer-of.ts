import type { LivepoolError } from '#shared/core/errors.ts';
import type { EdgeAnswer } from './edge-request.ts';
import type { Outcome } from './outcome.ts';

/** HTTP form of an outcome (operations spec §2): 204 acknowledges, 503 asks for a repetition, 200 with a body stops it. */
export function answerOf(outcome: Outcome): EdgeAnswer {
  switch (outcome.kind) {
    case 'done':
    case 'duplicate':
    case 'no_op':
    case 'held':
      return { status: 204, headers: { 'livepool-outcome': outcome.kind, ...outcome.headers } };
    case 'not_ready':
      return { status: 503, json: { outcome: 'not_ready', ...bare(outcome.refusal) } };
    case 'terminal':
      return { status: 200, json: { outcome: 'terminal', refusals: outcome.refusals.map(bare) } };
    case 'bad_request':
      return { status: 400, json: bare(outcome.refusal) };
    case 'unauthenticated':
      return { status: 401, headers: { 'www-authenticate': 'Bearer' }, json: bare(outcome.refusal) };
    case 'forbidden':
      return { status: 403, json: bare(outcome.refusal) };
  }
}

/** A transient error: the same request may succeed later. */
export function transientAnswer({ code, message }: LivepoolError): EdgeAnswer {
  return { status: 503, json: { outcome: 'transient', code, message } };
}

/** An invariant is broken; the message stays in the log. */
export const BUG_ANSWER: EdgeAnswer = { status: 500, json: { outcome: 'bug' } };

function bare({ code, message }: { readonly code: string; readonly message: string }) {
  return { code, message };
}

import { z } from 'zod';
import { runKeyText } from '#shared/contracts/run-record.ts';
import { versionText } from '#shared/contracts/version-text.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { ActResult } from '#shared/release/act.ts';
import type { Approval } from '#shared/release/act-request.ts';
import { approvePublish } from '#shared/release/approve-publish.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import type { RequestedActInput } from '#shared/release/requested-act.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { type Approver, verifyApproval } from '#shared/release/signed-approval.ts';
import type { EdgeRequest } from '../edge/edge-request.ts';
import type { Outcome } from '../edge/outcome.ts';
import { decodeBody } from '../edge/request-limits.ts';
import type { RunContext } from '../edge/run-context.ts';

/** Header that carries the second person's signed approval of the body. */
export const APPROVAL_HEADER = 'livepool-approval';

/** What every request says: which version, why, and who asks. */
const wish = {
  target: versionText,
  reason: z.string().trim().min(1).max(1_000),
  /** E-mail of the person who asks. */
  requested_by: z.email(),
};

const moveSchema = z.strictObject({
  ...wish,
  /** `restore` is the way back to a version that a rollback left. */
  action: z.enum(['rollback', 'restore']),
  /** Names this wish for ever: the same id moves the pointer at most once. */
  request_id: z
    .string()
    .refine((id) => runKeyText.safeParse(`manual:${id}`).success, 'must be letters, digits, dot, dash or underscore'),
  /** Accepts a target so old that consumers drop it; default false. */
  accept_stale: z.boolean().optional(),
});

/** Consent to the unusual turnover of a held run, which then may go on. */
const consentSchema = z.strictObject({ ...wish, action: z.literal('approve'), run_key: runKeyText });

const requestSchema = z.discriminatedUnion('action', [moveSchema, consentSchema]);

type RollbackRequest = z.infer<typeof requestSchema>;

export interface RollbackHandlerDeps {
  readonly clock: Clock;
  /** Database of used approvals. */
  readonly runs: DocumentStore;
  readonly approvers: readonly Approver[];
  readonly openRelease: (remainingMs: number) => Promise<ReleaseDeps>;
}

/**
 * Moves the pointer back to an older release, or forth again, or lets a held run go on: for two different people who are no service
 * account.
 */
export function handleRollback(deps: RollbackHandlerDeps) {
  return async (request: EdgeRequest, context: RunContext): Promise<Outcome> => {
    const body = decodeBody(requestSchema, request);
    if (!body.ok) return { kind: 'bad_request', refusal: body.error };
    const approver = await approverOf(deps, request, body.value, context.caller);
    if (!approver.ok) return { kind: 'forbidden', refusal: approver.error };
    const { reason, requested_by: requestedBy } = body.value;
    const release = await deps.openRelease(context.remainingMs());
    return carryOut(release, body.value, { reason, requestedBy, approvedBy: approver.value }, context);
  };
}

async function carryOut(
  release: ReleaseDeps,
  body: RollbackRequest,
  approval: Approval,
  { logger }: RunContext,
): Promise<Outcome> {
  if (body.action === 'approve') {
    await approvePublish(release, { runKey: body.run_key, version: body.target, approval });
    return { kind: 'done', fields: { run_key: body.run_key, release_version: body.target } };
  }
  const { action, target, accept_stale: acceptStale } = body;
  const input: RequestedActInput = { runKey: `manual:${body.request_id}`, target, approval, acceptStale };
  const result = await (action === 'rollback' ? rollback : restore)(release, input);
  for (const { code, message } of result.warnings) logger.warn('rollback.warning', { code, message });
  return outcomeOf(result, input.runKey);
}

async function approverOf(
  { runs, approvers, clock }: RollbackHandlerDeps,
  { body, headers }: EdgeRequest,
  { requested_by: requestedBy }: RollbackRequest,
  caller: string,
): Promise<Result<string, Refusal>> {
  const approval = await verifyApproval({ runs, approvers, nowMs: clock.nowMs() }, body, headers[APPROVAL_HEADER]);
  if (!approval.ok) return approval;
  const people = [requestedBy, approval.value.approver].map((email) => email.toLowerCase());
  if (people[0] === people[1]) return refused(`${requestedBy} cannot approve their own request; a second person must`);
  const isService = people.some((email) => email === caller.toLowerCase() || email.endsWith('.gserviceaccount.com'));
  return isService ? refused('a service account can neither ask for this nor approve it') : ok(approval.value.approver);
}

function outcomeOf({ outcome, refusal, version, publishSeq }: ActResult, runKey: string): Outcome {
  const fields = { run_key: runKey, act: outcome, release_version: version, publish_seq: publishSeq };
  if (refusal !== null) return { kind: 'terminal', refusals: [refusal], fields };
  const headers = { 'livepool-version': version ?? '', 'livepool-publish-seq': String(publishSeq ?? '') };
  return { kind: outcome === 'NO_OP' ? 'no_op' : 'done', fields, headers };
}

function refused(message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'APPROVAL_REQUIRED', message });
}

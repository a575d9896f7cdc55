import { setTimeout as sleep } from 'node:timers/promises';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { RECOVERABLE, type RecoveryRequest, type RecoveryStep } from '#shared/contracts/recovery.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { type OperatorOptions, signedRequest } from '../signed-request.ts';
import { type AddressOptions, workerAddress } from '../worker-address.ts';
import { callWorker, workerJson } from '../worker-call.ts';

export interface WorkerRecoverOptions extends AddressOptions, OperatorOptions {
  readonly venue: string | undefined;
  readonly reason: string | undefined;
}

const PATH = '/admin/recover';
const LOOK_EVERY_MS = 500;
/** Longer than any recovery takes: four components, each with half a minute for proof. */
const GIVE_UP_MS = 200_000;

/** Asks the worker to recover a component and tells every step until it is over; `log` tells the newest steps of all. */
export async function workerRecover(
  { terminal, signal }: CommandContext,
  options: WorkerRecoverOptions,
  [component = '']: readonly string[],
): Promise<CommandResult> {
  const url = workerAddress(options, process.env);
  if (component === 'log') {
    const steps = await stepsOf(url, signal);
    return succeed({ ok: true, steps }, steps.map(stepText).join('\n') || 'nothing was recovered yet');
  }
  const begun = await ask(url, options, component as RecoveryRequest['component'], signal);
  if (!begun.ok) return refuse([begun.error]);
  const recoveryId = begun.value;
  const shown = new Set<number>();
  for (const endMs = Date.now() + GIVE_UP_MS; Date.now() < endMs; await sleep(LOOK_EVERY_MS, undefined, { signal })) {
    const own = (await stepsOf(url, signal)).filter(({ id }) => id === recoveryId);
    for (const step of own.filter(({ seq }) => !shown.has(seq))) {
      shown.add(step.seq);
      terminal.note(stepText(step));
    }
    const ends = own.filter(({ step }) => step === 'recovered' || step === 'failed');
    if (ends.length >= (component === 'all' ? RECOVERABLE.length : 1)) return ending(recoveryId, ends);
  }
  throw new LivepoolError('RECOVERY_BUSY', 'transient', `recovery ${recoveryId} is not over yet; see recover log`);
}

function ending(id: string, ends: readonly RecoveryStep[]): CommandResult {
  const failed = ends.filter(({ step }) => step === 'failed');
  if (failed.length === 0) return succeed({ ok: true, recovery_id: id, steps: ends }, `recovered (${id})`);
  const refusals = failed.map(({ component, detail }) => ({ code: 'RECOVERY_FAILED', message: `${component}: ${detail}` }));
  return refuse(refusals);
}

/** The id of the recovery that begins, or why it does not. */
async function ask(
  url: string,
  options: WorkerRecoverOptions,
  component: RecoveryRequest['component'],
  signal: AbortSignal,
): Promise<Result<string, Refusal>> {
  const { venue, reason } = options;
  if (reason === undefined) return err({ code: 'USAGE', message: 'a recovery needs --reason' });
  const request: RecoveryRequest = {
    component,
    reason,
    idempotency_key: `cli-${systemRandom().hex(8)}`,
    ...(venue === undefined ? {} : { venue }),
  };
  const body = JSON.stringify(request);
  const response = await callWorker(`${url}${PATH}`, signedRequest(PATH, body, options, signal));
  const answer = (await response.json()) as { readonly recovery_id?: string; readonly error?: { code: string; message: string } };
  if (answer.recovery_id !== undefined) return ok(answer.recovery_id);
  const { code = 'REQUEST_INVALID', message = `status ${response.status}` } = answer.error ?? {};
  return err({ code, message });
}

async function stepsOf(url: string, signal: AbortSignal): Promise<readonly RecoveryStep[]> {
  const { rows } = await workerJson<{ readonly rows: readonly RecoveryStep[] }>(`${url}/api/system/recoveries`, signal);
  return rows;
}

function stepText({ ts, component, venue, step, detail }: RecoveryStep): string {
  const what = venue === null ? component : `${component} ${venue}`;
  return `${new Date(ts).toISOString()}  ${what.padEnd(28)}${step.padEnd(12)}${detail}`.trimEnd();
}

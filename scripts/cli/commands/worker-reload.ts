import { type ReloadAnswer, type ReloadRequest, reloadAnswerSchema } from '#shared/contracts/config-reload.ts';
import type { Refusal } from '#shared/core/result.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { type OperatorOptions, signedRequest } from '../signed-request.ts';
import { type AddressOptions, workerAddress } from '../worker-address.ts';
import { callWorker } from '../worker-call.ts';

export interface WorkerReloadOptions extends AddressOptions, OperatorOptions {
  readonly reason: string;
}

const PATH = '/api/system/reload-config';

/** Has the worker take over its parameter files: all that they changed, or nothing. */
export async function workerReload({ signal }: CommandContext, options: WorkerReloadOptions): Promise<CommandResult> {
  const url = workerAddress(options, process.env);
  const body = JSON.stringify({ reason: options.reason } satisfies ReloadRequest);
  const response = await callWorker(`${url}${PATH}`, signedRequest(PATH, body, options, signal));
  const answer: unknown = await response.json();
  if (!response.ok) return refuse(refusalsOf(answer, response.status));
  const reload = reloadAnswerSchema.parse(answer);
  return succeed({ ok: true, ...reload }, reloadText(reload));
}

function reloadText({ applied, unchanged, config_hash }: ReloadAnswer): string {
  const lines = applied.map(({ key, from, to }) => `${key}  ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
  const end = applied.length === 0 ? 'the files say what is in force' : `${applied.length} in force from now on`;
  return [...lines, `${end}, ${unchanged} unchanged; config ${config_hash.slice(0, 12)}`].join('\n');
}

interface Refused {
  readonly refused?: ReloadAnswer['refused'];
  readonly error?: Refusal & { readonly details?: { readonly problems?: readonly { file: string; problem: string }[] } | null };
}

/** One refusal for each key, or for each problem of a file. */
function refusalsOf(answer: unknown, status: number): readonly Refusal[] {
  const { refused = [], error } = answer as Refused;
  const code = error?.code ?? 'REQUEST_INVALID';
  const keys = refused.map(({ key, from, to, needs, reason }) => {
    return `${key} ${JSON.stringify(from)} → ${JSON.stringify(to)} needs ${needs}: ${reason}`;
  });
  const problems = (error?.details?.problems ?? []).map(({ file, problem }) => `${file}: ${problem}`);
  const messages = [...keys, ...problems];
  const all = messages.length > 0 ? messages : [error?.message ?? `status ${status}`];
  return all.map((message) => ({ code, message }));
}

import { join, resolve } from 'node:path';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { type ContinuityRecord, continuitySchema } from '#shared/contracts/continuity.ts';
import { checkContract } from '#shared/contracts/decode.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import { recordHash } from '#shared/supervision/hash-chain.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { type OperatorOptions, signedRequest } from '../signed-request.ts';
import { type AddressOptions, workerAddress } from '../worker-address.ts';
import { callWorker } from '../worker-call.ts';

export interface ContinuitySnapshotOptions extends AddressOptions, OperatorOptions {
  readonly out: string;
}

/** A record that the worker wrote on demand, and where its copy is. */
export interface Snapshot {
  readonly record: ContinuityRecord;
  readonly file: string;
}

const PATH = '/api/system/continuity';

/** What a refusal of the worker means; a record that cannot be written now may be in a minute. */
const CODES: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 503: 'STORE_UNAVAILABLE' };

/** Has the running worker write a record now. Only it may: the log is a chain, and a second writer would break it. */
export async function continuitySnapshot({ signal }: CommandContext, options: ContinuitySnapshotOptions): Promise<CommandResult> {
  const taken = await takeSnapshot(options, signal);
  if (!taken.ok) return refuse([taken.error]);
  return succeed({ ok: true, ...taken.value }, snapshotText(taken.value));
}

/** The same for other commands. WORKER_UNREACHABLE without a worker: `continuity status` tells its last record. */
export async function takeSnapshot(options: ContinuitySnapshotOptions, signal: AbortSignal): Promise<Result<Snapshot, Refusal>> {
  const url = workerAddress(options, process.env);
  const response = await callWorker(`${url}${PATH}`, signedRequest(PATH, '', options, signal));
  const answer = (await response.json().catch(() => null)) as { readonly error?: { readonly message: string } } | null;
  if (response.status !== 201) {
    const code = CODES[response.status] ?? 'REQUEST_INVALID';
    return err({ code, message: answer?.error?.message ?? `status ${response.status} of ${url}` });
  }
  const record = checkContract(continuitySchema, answer, 'the record');
  if (!record.ok) return record;
  if (recordHash(record.value) !== record.value.hash) {
    return err({ code: 'STORE_CORRUPT', message: 'the hash of the record that the worker answered is not its own' });
  }
  const name = `${new Date(record.value.ts).toISOString().replaceAll(/[:.]/g, '')}-${record.value.hash.slice(0, 12)}.json`;
  writeFolder(options.out, new Map([[name, `${JSON.stringify(record.value, null, 2)}\n`]]));
  return ok({ record: record.value, file: resolve(join(options.out, name)) });
}

/** What a person wants to know of it. */
export function snapshotText({ record, file }: Snapshot): string {
  const { status, phase, availability, hash } = record;
  return `${status}  phase ${phase}  availability ${availability.pct} %  record ${hash.slice(0, 12)}\nwritten to ${file}`;
}

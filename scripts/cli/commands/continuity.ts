import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteDocumentReader } from '#shared/adapters/sqlite/document-reader.ts';
import { type SqliteDocumentStore, sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import type { ContinuityRecord } from '#shared/contracts/continuity.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import { EXIT } from '#shared/core/error-catalogue.ts';
import { continuityRecords, driftOf } from '#shared/supervision/continuity-log.ts';
import { brokenLink } from '#shared/supervision/hash-chain.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { acceptedHashes } from '#shared/supervision/reload/accepted-reloads.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { workerFolder } from '../worker-folder.ts';

export interface ContinuityOptions {
  readonly data?: string;
}

/** Records that are looked at: eight weeks of one a minute. */
const MOST_RECORDS = 80_000;

const NOTHING = {
  code: 'NO_RECORDS',
  message: 'no worker has written here yet; start one, or name its data folder with --data or PIPELINE_DATA_FOLDER',
};

/** The newest record in words. */
export async function continuityStatus(_: CommandContext, { data: named }: ContinuityOptions): Promise<CommandResult> {
  const data = workerFolder(named, process.env);
  const record = (await recordsIn(data, 1)).at(-1);
  return record === undefined ? refuse([NOTHING]) : succeed({ ok: true, record }, statusText(record));
}

/** Whether every record is as it was written and follows the one before, and what two of them differ in. */
export async function continuityCompare(
  _: CommandContext,
  { data: named }: ContinuityOptions,
  [first, second]: readonly string[],
): Promise<CommandResult> {
  const data = workerFolder(named, process.env);
  const records = await recordsIn(data, MOST_RECORDS);
  const [a, b] = [found(records, first) ?? records[0], found(records, second) ?? records.at(-1)];
  if (a === undefined || b === undefined) return refuse([NOTHING]);
  for (const [text, record] of [[first, a] as const, [second, b] as const]) {
    if (text !== undefined && !record.hash.startsWith(text)) {
      return refuse([{ code: 'USAGE', message: `no record’s hash begins with ${text}` }]);
    }
  }
  const broken = brokenLink(records);
  const changed = (Object.keys(b) as (keyof ContinuityRecord)[]).filter(
    (key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]),
  );
  const drift = driftOf(a, b, await acceptedIn(data));
  const chain = broken === undefined ? `chain of ${records.length} records holds` : brokenText(records, broken);
  const text = [
    chain,
    `${nameOf(a)}  →  ${nameOf(b)}`,
    `differ in ${changed.join(', ') || 'nothing'}`,
    ...(drift.length > 0 ? [`drift: ${drift.join(', ')} changed under the same build`] : []),
  ].join('\n');
  const exit = broken === undefined && drift.length === 0 ? EXIT.ok : EXIT.conflict;
  return { exit, json: { ok: exit === EXIT.ok, records: records.length, broken: broken ?? null, changed, drift }, text };
}

/** Writes the phase that the worker puts into its records from the next one on. */
export async function continuityPhase(
  _: CommandContext,
  { data: named, reason, by }: ContinuityOptions & { readonly reason: string; readonly by: string },
  [name = '']: readonly string[],
): Promise<CommandResult> {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
    return refuse([{ code: 'USAGE', message: 'a phase is lower-case letters, digits and dashes' }]);
  }
  const data = workerFolder(named, process.env);
  if (!existsSync(fileIn(data))) return refuse([NOTHING]);
  return using(sqliteDocumentStore({ file: fileIn(data) }), async (store) => {
    const phase = { phase: name, reason, by, at: systemClock().nowMs() };
    await store.transaction(async (tx) => tx.set(WORKER_PATHS.phase, phase));
    return succeed({ ok: true, ...phase }, `phase ${name} from the next record on`);
  });
}

async function recordsIn(data: string, most: number): Promise<readonly ContinuityRecord[]> {
  if (!existsSync(fileIn(data))) return [];
  return using(sqliteDocumentReader({ file: fileIn(data) }), (store) => continuityRecords(store, most));
}

/** Configurations that operators put in force while the worker ran. */
async function acceptedIn(data: string): Promise<ReadonlySet<string>> {
  return using(sqliteDocumentReader({ file: fileIn(data) }), async (store) => {
    return acceptedHashes(await new RecoveryLog(store).newest(MOST_RECORDS));
  });
}

async function using<T>(store: SqliteDocumentStore, use: (store: SqliteDocumentStore) => Promise<T>): Promise<T> {
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

function fileIn(data: string): string {
  return join(data, 'documents.sqlite');
}

function found(records: readonly ContinuityRecord[], text: string | undefined): ContinuityRecord | undefined {
  return text === undefined ? undefined : records.find(({ hash }) => hash.startsWith(text));
}

function nameOf({ ts, hash }: ContinuityRecord): string {
  return `${hash.slice(0, 12)} (${new Date(ts).toISOString()})`;
}

function brokenText(records: readonly ContinuityRecord[], { index, fault }: NonNullable<ReturnType<typeof brokenLink>>): string {
  const record = records[index]!;
  return fault === 'changed'
    ? `BROKEN: ${nameOf(record)} was changed after it was written`
    : `BROKEN: a record before ${nameOf(record)} is missing or was replaced`;
}

function statusText(record: ContinuityRecord): string {
  const { availability: share, build, components } = record;
  const states = Object.entries(components).map(([name, { state }]) => `  ${name.padEnd(16)}${state}`);
  return [
    `${record.status}  phase ${record.phase}  ${record.instance_id}  up ${record.uptime_s} s  lease ${record.lease_epoch}`,
    `availability ${share.pct} % (${share.ok_probes} of ${share.total_probes} probes, ${share.window_h} h)`,
    `build ${build.version} ${build.git_sha.slice(0, 12) || '(unknown commit)'}  record ${nameOf(record)}`,
    ...states,
  ].join('\n');
}

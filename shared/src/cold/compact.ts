import type { TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { ColdRow, ColdStore } from '../ports/cold-store.ts';
import type { ObjectStat, ObjectStore } from '../ports/object-store.ts';
import {
  type AppendSummary,
  appendRows,
  type ColdDeps,
  type ColdLayout,
  type JudgeCompleteness,
  type PartNames,
} from './append-rows.ts';
import { completenessOf, DAYS_BEFORE_MS, hasPace } from './completeness.ts';
import { partitionRange } from './partition.ts';
import { readSegment } from './read-segment.ts';
import { parseSegmentName, stagingPrefix } from './staged-segment.ts';
import { ALL_TABLES, QUARANTINE } from './tables.ts';

export interface CompactInput {
  readonly nowMs: number;
  /** Only these tables; default all. */
  readonly tables?: readonly TableSchema[];
  /** Only partitions that begin on this day, `YYYY-MM-DD`. */
  readonly day?: string;
  /** Seals partitions that are not over yet, too: for a look at what is there, on a machine of one's own. */
  readonly includeOpen?: boolean;
  /** Aborted between two partitions: what is sealed stays, the rest is left for the next call. */
  readonly signal?: AbortSignal;
}

/** What became of one staged partition. */
export interface CompactedPartition extends AppendSummary {
  readonly table: string;
  readonly dt: string;
  readonly segments: number;
  /** Rows that went to `quarantine`. */
  readonly rejected: number;
  /** The partition is not all there: readers leave it out. */
  readonly isQuarantined: boolean;
  /** Segments deleted: everything in them was sealed before this call, a day ago or longer. */
  readonly deleted: number;
}

export interface CompactSummary {
  readonly partitions: readonly CompactedPartition[];
  /** Partitions that cannot be sealed until a person looked; the others were. */
  readonly failed: readonly { readonly table: string; readonly dt: string; readonly code: string; readonly message: string }[];
  /** Partitions that the signal left for the next call. */
  readonly left: number;
}

/** A partition is sealed this long after it is over: late rows have come by then (data platform spec §1.4). */
const CLOSED_FOR_MS = 30 * 60_000;

/** Segments stay this long after they were staged, and until a second call has found all of them sealed. */
const KEEP_SEGMENTS_MS = 24 * 3_600_000;

interface StagedPartition {
  readonly schema: TableSchema;
  readonly dt: string;
  readonly segments: readonly ObjectStat[];
}

/**
 * Seals what is staged, partition by partition: rows that do not fit their table go to `quarantine`, equal rows become one, later
 * versions supersede, files and manifest are created and read back (data platform spec §1.4). Calling it again changes nothing
 * but to delete segments that are not needed any more; a call that was cut short is finished by the next one.
 */
export async function compact(deps: ColdDeps, layout: ColdLayout, input: CompactInput): Promise<CompactSummary> {
  const staged = await stagedPartitions(deps.objects, input);
  const partitions: CompactedPartition[] = [];
  const failed: CompactSummary['failed'][number][] = [];
  for (const [at, partition] of staged.entries()) {
    if (input.signal?.aborted) return { partitions, failed, left: staged.length - at };
    const { schema, dt } = partition;
    try {
      partitions.push(await compactPartition(deps, layout, partition, input.nowMs));
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
      failed.push({ table: schema.table, dt, code: error.code, message: error.message });
    }
  }
  return { partitions, failed, left: 0 };
}

/** Partitions with segments that are to be sealed now; `quarantine` last, since sealing the others adds to it. */
async function stagedPartitions(objects: ObjectStore, input: CompactInput): Promise<readonly StagedPartition[]> {
  const { nowMs, day, includeOpen = false, tables = ALL_TABLES } = input;
  const found: StagedPartition[] = [];
  const last = (schema: TableSchema): number => (schema === QUARANTINE ? 1 : 0);
  for (const schema of tables.toSorted((a, b) => last(a) - last(b))) {
    const stats = await objects.list(stagingPrefix(schema.table));
    const byPartition = Map.groupBy(stats, ({ name }) => parseSegmentName(name)?.dt ?? '');
    for (const [dt, segments] of byPartition) {
      if (dt === '' || (day !== undefined && !dt.startsWith(day))) continue;
      if (!includeOpen && partitionRange(schema.grain, dt).to + CLOSED_FOR_MS > nowMs) continue;
      found.push({ schema, dt, segments });
    }
  }
  return found;
}

async function compactPartition(
  deps: ColdDeps,
  layout: ColdLayout,
  { schema, dt, segments }: StagedPartition,
  nowMs: number,
): Promise<CompactedPartition> {
  const facts = { table: schema.table, dt, segments: segments.length };
  // Named after what it holds: a call that was cut short and one that finds more segments never meet in one name.
  const label = sha256Hex(segments.map(({ name }) => name).join('\n')).slice(0, 12);
  const names = { rows: `compact-${label}`, corrections: `x${label}-` };
  if (await isSealed(deps.cold, schema, dt, names)) {
    const deleted = await deleteOld(deps.objects, segments, nowMs);
    return { ...facts, written: 0, duplicates: 0, corrections: 0, rejected: 0, deleted, isQuarantined: false };
  }
  const rows: ColdRow[] = [];
  const rejected: ColdRow[] = [];
  for (const { name } of segments) {
    const segment = await readSegment(deps.objects, schema, name);
    for (const row of segment.rows) rows.push(row);
    rejected.push(...segment.rejected);
  }
  await appendRows(deps, QUARANTINE, rejected, names, layout);
  let isQuarantined = false;
  const judge = await judgeOf(deps.cold, schema, dt, nowMs);
  const noting: JudgeCompleteness = (of, all) => {
    const completeness = judge(of, all);
    isQuarantined ||= (completeness?.failed.length ?? 0) > 0;
    return completeness;
  };
  const summary = await appendRows(deps, schema, rows, names, layout, noting);
  const deleted = summary.written === 0 ? await deleteOld(deps.objects, segments, nowMs) : 0;
  return { ...facts, rejected: rejected.length, deleted, isQuarantined, ...summary };
}

/** Compares with the days before; what is not over, or has no pace, nobody can judge. */
async function judgeOf(cold: ColdStore, schema: TableSchema, dt: string, nowMs: number): Promise<JudgeCompleteness> {
  const { from, to } = partitionRange(schema.grain, dt);
  if (!hasPace(schema) || to > nowMs) return () => undefined;
  const known = await cold.partitions(schema, { from: from - DAYS_BEFORE_MS, to: from });
  return (of, rows) => (of === dt ? completenessOf(schema, dt, rows, known) : undefined);
}

/** True when the manifest in force lists a file of exactly these segments: all of them were sealed together, and none came since. */
async function isSealed(cold: ColdStore, schema: TableSchema, dt: string, names: PartNames): Promise<boolean> {
  const [partition] = await cold.partitions(schema, partitionRange(schema.grain, dt));
  const starts = [`/part-${names.rows}-`, `/part-${names.corrections}`];
  return partition?.manifest.files.some(({ name }) => starts.some((start) => name.includes(start))) ?? false;
}

async function deleteOld(objects: ObjectStore, segments: readonly ObjectStat[], nowMs: number): Promise<number> {
  let deleted = 0;
  for (const { name, generation } of segments) {
    const { stagedMs = nowMs } = parseSegmentName(name) ?? {};
    if (stagedMs + KEEP_SEGMENTS_MS > nowMs) continue;
    if (await objects.delete(name, { ifGenerationMatch: generation })) deleted += 1;
  }
  return deleted;
}

import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { utf8 } from '../core/text-bytes.ts';
import { ABSENT, type ObjectStat, type ObjectStore } from '../ports/object-store.ts';
import type { CompactInput } from './compact.ts';
import { partitionRange } from './partition.ts';
import {
  type FrameFile,
  type FrameIndex,
  frameFileName,
  frameIndexName,
  frameLines,
  framePrefix,
  parseFrameFileName,
} from './raw-frames.ts';

/** What became of the staged frames of one hour and stream. */
export interface SealedFrames extends FrameFile {
  readonly lines: number;
}

export interface SealFramesSummary {
  readonly sealed: readonly SealedFrames[];
  readonly failed: readonly { readonly dt: string; readonly code: string; readonly message: string }[];
  /** Segments deleted: sealed before this call, a day ago or longer. */
  readonly deleted: number;
  /** Hours that the signal left for the next call. */
  readonly left: number;
}

/** As for tables (data platform spec §1.4). */
const CLOSED_FOR_MS = 30 * 60_000;
const KEEP_SEGMENTS_MS = 24 * 3_600_000;

interface Segment extends FrameFile {
  readonly stat: ObjectStat;
}

/**
 * Seals staged frames hour by hour: segments that follow each other become one file of their stream, created, read back and compared,
 * with its index beside it. Gzip files one after the other are one, so that no byte is packed anew. Calling it again changes nothing
 * but to delete segments that are not needed any more; a call that was cut short is finished by the next one.
 */
export async function sealRawFrames(
  objects: ObjectStore,
  { nowMs, day, includeOpen = false, signal }: CompactInput,
): Promise<SealFramesSummary> {
  const stats = await objects.list(framePrefix('staging'));
  const segments = stats.flatMap((stat): readonly Segment[] => {
    const file = parseFrameFileName(stat.name);
    return file === undefined ? [] : [{ ...file, stat }];
  });
  const hours = [...Map.groupBy(segments, ({ dt }) => dt)].filter(
    ([dt]) => (day === undefined || dt.startsWith(day)) && (includeOpen || endOf(dt) + CLOSED_FOR_MS <= nowMs),
  );
  const sealed: SealedFrames[] = [];
  const failed: SealFramesSummary['failed'][number][] = [];
  let deleted = 0;
  for (const [at, [dt, staged]] of hours.entries()) {
    if (signal?.aborted) return { sealed, failed, deleted, left: hours.length - at };
    const known = await sealedFiles(objects, dt);
    const isSealed = (file: FrameFile): boolean => known.some((each) => covers(each, file));
    for (const run of runsOf(staged.filter((segment) => !isSealed(segment)))) {
      try {
        sealed.push(await sealRun(objects, run));
      } catch (error) {
        if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
        failed.push({ dt, code: error.code, message: error.message });
      }
    }
    if (endOf(dt) + KEEP_SEGMENTS_MS > nowMs) continue;
    for (const { stat } of staged.filter(isSealed)) {
      if (await objects.delete(stat.name, { ifGenerationMatch: stat.generation })) deleted += 1;
    }
  }
  return { sealed, failed, deleted, left: 0 };
}

function endOf(dt: string): number {
  return partitionRange('hour', dt).to;
}

/** Sealed files of an hour; one whose index was not written any more gets it now. */
async function sealedFiles(objects: ObjectStore, dt: string): Promise<readonly FrameFile[]> {
  const stats = await objects.list(framePrefix('cold', dt));
  const names = new Set(stats.map(({ name }) => name));
  const found: FrameFile[] = [];
  for (const { name } of stats) {
    const file = parseFrameFileName(name);
    if (file === undefined) continue;
    if (!names.has(frameIndexName(name))) await writeIndex(objects, name);
    found.push(file);
  }
  return found;
}

export function covers(whole: FrameFile, part: FrameFile): boolean {
  return whole.dt === part.dt && whole.stream === part.stream && whole.first <= part.first && part.last <= whole.last;
}

/** Segments of one stream whose lines follow each other without a hole. */
function runsOf(segments: readonly Segment[]): readonly (readonly Segment[])[] {
  const runs: Segment[][] = [];
  const sorted = segments.toSorted((a, b) => (a.stream === b.stream ? a.first - b.first : a.stream < b.stream ? -1 : 1));
  for (const segment of sorted) {
    const last = runs.at(-1)?.at(-1);
    if (last?.stream === segment.stream && last.last + 1 === segment.first) runs.at(-1)!.push(segment);
    else runs.push([segment]);
  }
  return runs;
}

async function sealRun(objects: ObjectStore, run: readonly Segment[]): Promise<SealedFrames> {
  const parts: Uint8Array[] = [];
  for (const { stat } of run) {
    const stored = await objects.get(stat.name);
    if (stored === null) throw conflict(stat.name);
    frameLines(stat.name, stored.bytes);
    parts.push(stored.bytes);
  }
  const [{ dt, stream, first }, { last }] = [run[0]!, run.at(-1)!];
  const file: FrameFile = { dt, stream, first, last };
  const name = frameFileName('cold', file);
  const bytes = Buffer.concat(parts);
  const { written } = await objects.put(name, bytes, { ifGenerationMatch: ABSENT, contentType: 'application/gzip' });
  const index = await writeIndex(objects, name);
  if (index.sha256 !== sha256Hex(bytes)) throw written ? corruptBack(name) : conflict(name);
  return { ...file, lines: index.lines };
}

/** Reads a sealed file back and says beside it what it holds. */
async function writeIndex(objects: ObjectStore, name: string): Promise<FrameIndex> {
  const stored = await objects.get(name);
  if (stored === null) throw conflict(name);
  const lines = frameLines(name, stored.bytes);
  const times = lines.map(timeOf);
  const index: FrameIndex = {
    lines: lines.length,
    first_ts_ns: times[0]!,
    last_ts_ns: times.at(-1)!,
    gaps: lines.filter((line) => line.startsWith('{"t":"gap"')).length,
    bytes: stored.bytes.length,
    sha256: sha256Hex(stored.bytes),
  };
  const text = utf8(`${JSON.stringify(index)}\n`);
  await objects.put(frameIndexName(name), text, { ifGenerationMatch: ABSENT, contentType: 'application/json' });
  return index;
}

function timeOf(line: string): string {
  return /"ts_ns":"(\d+)"/.exec(line)?.[1] ?? '0';
}

function conflict(name: string): LivepoolError {
  return new LivepoolError('COLD_CONFLICT', 'terminal', `${name}: another compaction is at it`, { name });
}

function corruptBack(name: string): LivepoolError {
  return new LivepoolError('COLD_OBJECT_CORRUPT', 'terminal', `${name} reads back otherwise than it was written`, { name });
}

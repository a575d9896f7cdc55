import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { utf8 } from '../core/text-bytes.ts';
import { ABSENT, type ObjectStat, type ObjectStore } from '../ports/object-store.ts';
import type { CompactInput } from './compact.ts';
import { standIns } from './frame-copies.ts';
import { partitionRange } from './partition.ts';
import {
  type FrameFile,
  type FrameIndex,
  frameFileName,
  frameIndexName,
  frameLines,
  framePrefix,
  parseFrameFileName,
  plainLength,
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

/** Plain text of one sealed file: far less than what may be read, since it is unpacked in memory. */
const MOST_PLAIN_BYTES = 128 * 1024 * 1024;

interface Segment extends FrameFile {
  readonly stat: ObjectStat;
}

/** Segments that become one file, their packed bytes and how long these are in plain text. */
interface Part {
  readonly segments: Segment[];
  readonly bytes: Uint8Array[];
  plain: number;
}

/**
 * Seals staged frames hour by hour: segments that follow each other become one file of their stream, created, read back and compared,
 * with its index beside it. Gzip files one after the other are one, so that no byte is packed anew. Calling it again changes nothing
 * but to delete segments that are not needed any more; a call that was cut short is finished by the next one. What cannot be read is
 * among `failed`, and stops nothing else.
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
  const summary: MutableSummary = { sealed: [], failed: [], deleted: 0, left: 0 };
  for (const [at, [dt, staged]] of hours.entries()) {
    if (signal?.aborted) return { ...summary, left: hours.length - at };
    const failed = (error: unknown): void => void summary.failed.push(failureOf(dt, error));
    const { sound, unreadable } = await sealedFiles(objects, dt, failed);
    const stands = standIns(staged);
    const open = [...new Set(stands.values())].filter(
      (segment) => ![...sound, ...unreadable].some((each) => covers(each, segment)),
    );
    for (const run of runsOf(open)) await sealRun(objects, run, summary.sealed).catch(failed);
    if (endOf(dt) + KEEP_SEGMENTS_MS > nowMs) continue;
    // Copies go before what stands for them, or a call that is cut short would leave them alone.
    for (const segment of staged.toReversed()) {
      if (!sound.some((each) => covers(each, stands.get(segment)!))) continue;
      const { name, generation } = segment.stat;
      if (await objects.delete(name, { ifGenerationMatch: generation })) summary.deleted += 1;
    }
  }
  return summary;
}

interface MutableSummary {
  readonly sealed: SealedFrames[];
  readonly failed: SealFramesSummary['failed'][number][];
  deleted: number;
  left: number;
}

/** What a person must look at; anything else is thrown on. */
function failureOf(dt: string, error: unknown): SealFramesSummary['failed'][number] {
  if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
  return { dt, code: error.code, message: error.message };
}

function endOf(dt: string): number {
  return partitionRange('hour', dt).to;
}

interface SealedHour {
  readonly sound: readonly FrameFile[];
  /** Without an index, and nobody can write it: what they were made of is kept. */
  readonly unreadable: readonly FrameFile[];
}

/** Sealed files of an hour; one whose index was not written any more gets it now. */
async function sealedFiles(objects: ObjectStore, dt: string, failed: (error: unknown) => void): Promise<SealedHour> {
  const stats = await objects.list(framePrefix('cold', dt));
  const names = new Set(stats.map(({ name }) => name));
  const [sound, unreadable]: [FrameFile[], FrameFile[]] = [[], []];
  for (const { name } of stats) {
    const file = parseFrameFileName(name);
    if (file === undefined) continue;
    try {
      if (!names.has(frameIndexName(name))) await writeIndex(objects, name, await readIndex(objects, name));
      sound.push(file);
    } catch (error) {
      failed(error);
      unreadable.push(file);
    }
  }
  return { sound, unreadable };
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

/** Seals a run as one file, or as several where one would be too long to be read back in the memory there is. */
async function sealRun(objects: ObjectStore, run: readonly Segment[], sealed: SealedFrames[]): Promise<void> {
  let part: Part = { segments: [], bytes: [], plain: 0 };
  for (const segment of run) {
    const { name } = segment.stat;
    const stored = await objects.get(name);
    if (stored === null) throw conflict(name);
    const plain = plainLength(name, stored.bytes);
    if (part.segments.length > 0 && part.plain + plain > MOST_PLAIN_BYTES) {
      sealed.push(await sealPart(objects, part));
      part = { segments: [], bytes: [], plain: 0 };
    }
    part.segments.push(segment);
    part.bytes.push(stored.bytes);
    part.plain += plain;
  }
  sealed.push(await sealPart(objects, part));
}

async function sealPart(objects: ObjectStore, { segments, bytes: parts }: Part): Promise<SealedFrames> {
  const [{ dt, stream, first }, { last }] = [segments[0]!, segments.at(-1)!];
  const file: FrameFile = { dt, stream, first, last };
  const name = frameFileName('cold', file);
  const bytes = Buffer.concat(parts);
  const { written } = await objects.put(name, bytes, { ifGenerationMatch: ABSENT, contentType: 'application/gzip' });
  const index = await readIndex(objects, name);
  if (index.sha256 !== sha256Hex(bytes)) throw written ? corruptBack(name) : conflict(name);
  await writeIndex(objects, name, index);
  return { ...file, lines: index.lines };
}

/** Reads a sealed file back and says what it holds. */
async function readIndex(objects: ObjectStore, name: string): Promise<FrameIndex> {
  const stored = await objects.get(name);
  if (stored === null) throw conflict(name);
  const counts = { lines: 0, first_ts_ns: '0', last_ts_ns: '0', gaps: 0 };
  for (const line of frameLines(name, stored.bytes)) {
    counts.last_ts_ns = timeOf(line);
    if (counts.lines === 0) counts.first_ts_ns = counts.last_ts_ns;
    counts.lines += 1;
    if (line.startsWith('{"t":"gap"')) counts.gaps += 1;
  }
  return { ...counts, bytes: stored.bytes.length, sha256: sha256Hex(stored.bytes) };
}

async function writeIndex(objects: ObjectStore, name: string, index: FrameIndex): Promise<void> {
  const text = utf8(`${JSON.stringify(index)}\n`);
  await objects.put(frameIndexName(name), text, { ifGenerationMatch: ABSENT, contentType: 'application/json' });
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

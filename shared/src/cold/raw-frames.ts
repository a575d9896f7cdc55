import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { LivepoolError } from '../core/errors.ts';

/** Frames as they were received (data platform spec §1.2): gzip NDJSON by the hour, no table of rows. */
export const RAW_FRAMES = 'raw_frames';

/** Lines of one connection and process, from one number to another, within an hour. */
export interface FrameFile {
  /** `2026-03-01/hour=07`. */
  readonly dt: string;
  /** Connection and process: `kraken.spot.1.3--w-1a2b3c4d`. */
  readonly stream: string;
  /** Numbers of the first and the last line within the hour, from 1. */
  readonly first: number;
  readonly last: number;
}

/** Beside every sealed file (market data spec §9). Lines that the recorder dropped are `gap` lines of the file itself. */
export const frameIndexSchema = z.strictObject({
  lines: z.number().int().positive(),
  first_ts_ns: z.string(),
  last_ts_ns: z.string(),
  gaps: z.number().int().nonnegative(),
  bytes: z.number().int().positive(),
  sha256: z.string(),
});

export type FrameIndex = z.infer<typeof frameIndexSchema>;

export type FrameTier = 'staging' | 'cold';

const NAME = /\/raw_frames\/dt=(\d{4}-\d{2}-\d{2}\/hour=\d{2})\/([A-Za-z0-9._-]+)-(\d{9})-(\d{9})\.ndjson\.gz$/;

/** Largest file in plain text; a compressed bomb is refused here. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** Unpacked at a time: fewer pieces to put together than by default. */
const CHUNK_BYTES = 256 * 1024;
const LINE_END = 0x0a;

/** Folder of a tier, or of one hour of it. */
export function framePrefix(tier: FrameTier, dt = ''): string {
  return `${tier}/${RAW_FRAMES}/dt=${dt}${dt === '' ? '' : '/'}`;
}

/** Name of a file: what it holds, so that the same lines are created once. */
export function frameFileName(tier: FrameTier, { dt, stream, first, last }: FrameFile): string {
  const number = (line: number): string => String(line).padStart(9, '0');
  return `${framePrefix(tier, dt)}${stream}-${number(first)}-${number(last)}.ndjson.gz`;
}

/** What a name says; undefined for a name of something else. */
export function parseFrameFileName(name: string): FrameFile | undefined {
  const [, dt, stream = '', first, last] = NAME.exec(name) ?? [];
  return dt === undefined ? undefined : { dt, stream, first: Number(first), last: Number(last) };
}

/** Name of the index beside a sealed file. */
export function frameIndexName(fileName: string): string {
  return fileName.replace(/\.ndjson\.gz$/, '.index.json');
}

/**
 * Lines of a file, one string each, since a file may be longer than a string. COLD_OBJECT_CORRUPT, before the first one, when it is
 * no gzip of text, or has not the lines that its name says.
 */
export function frameLines(name: string, bytes: Uint8Array): Iterable<string> {
  return linesOf(checkedText(name, bytes));
}

/** Bytes of a file in plain text, checked like its lines. */
export function plainLength(name: string, bytes: Uint8Array): number {
  return checkedText(name, bytes).length;
}

function checkedText(name: string, bytes: Uint8Array): Buffer {
  const text = unpacked(name, bytes);
  if (!isUtf8(text)) throw corrupt(name, 'is no text');
  const lines = lineCount(text);
  const { first = 0, last = -1 } = parseFrameFileName(name) ?? {};
  if (lines === last - first + 1) return text;
  throw corrupt(name, `has ${lines} lines where its name says ${last - first + 1}`);
}

function lineCount(text: Buffer): number {
  let count = 0;
  for (let end = text.indexOf(LINE_END); end >= 0; end = text.indexOf(LINE_END, end + 1)) count += 1;
  return count;
}

function* linesOf(text: Buffer): Generator<string> {
  let start = 0;
  for (let end = text.indexOf(LINE_END); end >= 0; end = text.indexOf(LINE_END, start)) {
    yield text.toString('utf8', start, end);
    start = end + 1;
  }
}

function unpacked(name: string, bytes: Uint8Array): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES, chunkSize: CHUNK_BYTES });
  } catch (error) {
    throw corrupt(name, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function corrupt(name: string, what: string): LivepoolError {
  return new LivepoolError('COLD_OBJECT_CORRUPT', 'terminal', `${name} ${what}`, { name });
}

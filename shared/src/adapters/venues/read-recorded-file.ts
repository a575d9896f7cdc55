import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { LivepoolError } from '../../core/errors.ts';
import type { RecordedFile } from '../../market/recording/verify/recorded-connections.ts';
import { formOf, type RecordedLine, type RecordingForm, recordedLine } from '../../market/recording/verify/recorded-line.ts';
import { frameIndexPath } from './folder-frame-recorder.ts';
import { readGzip, type Unpacked } from './read-gzip.ts';

/** A file of a recording, and what is to be said of the file itself. */
export interface ReadFile extends RecordedFile {
  /** It ends within a line, or within its compression: what was there before that was read. */
  readonly isCut: boolean;
  /** Whether the file is the one that the index beside it describes; null without an index. */
  readonly isIndexed: boolean | null;
}

const MOST_BYTES = 4 * 1024 * 1024 * 1024 - 1;
const LINE_END = 0x0a;
/** Lines looked at for the form of a file. */
const LOOKED_AT = 20;

/**
 * Reads a recording in any of the known forms, plain or compressed with gzip, zstd or xz; its content says which, whatever its name.
 * Throws INPUT_INVALID for a file that cannot be read or whose lines have no known form, with the first of them.
 */
export function readRecordedFile(path: string): ReadFile {
  const stored = storedBytes(path);
  const { bytes, isCut } = unpacked(path, stored);
  const texts = [...numberedLines(bytes)];
  if (texts.length === 0 && (isCut || (stored.length === 0 && frameIndexPath(path) !== path))) return cutAtOnce(path, stored);
  const form = formOfFile(path, texts);
  const endsOpen = isCut || (bytes.length > 0 && bytes.at(-1) !== LINE_END);
  const lines = texts.map(({ text, line }, index): RecordedLine => {
    return recordedLine(form, text, { file: path, line, isCut: endsOpen && index === texts.length - 1 });
  });
  const last = lines.at(-1);
  const isPartial = last?.isCut === true && last.kind === 'unreadable';
  const whole = isPartial ? lines.slice(0, -1) : lines;
  return { file: path, form, lines: whole, isCut: isCut || isPartial, isIndexed: isIndexed(path, stored) };
}

/** Its recorder ended before the first line was on the disk. */
function cutAtOnce(file: string, stored: Buffer): ReadFile {
  return { file, form: 'own', lines: [], isCut: true, isIndexed: isIndexed(file, stored) };
}

function storedBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw invalid(path, reasonOf(error));
  }
}

function unpacked(path: string, bytes: Buffer): Unpacked {
  const magic = bytes.subarray(0, 6).toString('latin1');
  try {
    if (magic.startsWith('\x1f\x8b')) return readGzip(bytes);
    if (magic.startsWith('\x28\xb5\x2f\xfd'))
      return { bytes: zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES }), isCut: false };
    if (magic.startsWith('\xfd7zXZ')) return { bytes: unxzed(path), isCut: false };
  } catch (error) {
    throw invalid(path, reasonOf(error));
  }
  if (magic.startsWith('BZh')) throw invalid(path, 'it is compressed with bzip2; unpack it first');
  if (magic.startsWith('\xff\xfe') || magic.startsWith('\xfe\xff')) throw invalid(path, 'it is UTF-16; write it as UTF-8');
  return { bytes, isCut: false };
}

/** Node has no xz; most machines do. */
function unxzed(path: string): Buffer {
  try {
    return execFileSync('xz', ['-dc', '--', path], { maxBuffer: MOST_BYTES, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    throw new Error('it is compressed with xz, which this machine cannot unpack; unpack it first');
  }
}

interface NumberedLine {
  readonly text: string;
  readonly line: number;
}

/** Lines that are not blank, with their numbers; each is a string of its own, since a file may be longer than one can be. */
function* numberedLines(bytes: Buffer): Generator<NumberedLine> {
  const isMarked = bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf));
  for (let start = isMarked ? 3 : 0, line = 1; start < bytes.length; line += 1) {
    const end = bytes.indexOf(LINE_END, start);
    const text = bytes.toString('utf8', start, end < 0 ? bytes.length : end).trim();
    if (text !== '') yield { text, line };
    start = end < 0 ? bytes.length : end + 1;
  }
}

function formOfFile(path: string, lines: readonly NumberedLine[]): RecordingForm {
  const forms = lines.slice(0, LOOKED_AT).flatMap(({ text }) => formOf(text) ?? []);
  // One line of ours is proof: a damaged one before it may look like any JSON.
  const form = forms.includes('own') ? 'own' : forms[0];
  if (form !== undefined) return form;
  const [first] = lines;
  if (first === undefined) throw invalid(path, 'it has no lines');
  throw invalid(path, `line ${first.line} has no known form: ${first.text.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?')}`);
}

function isIndexed(path: string, bytes: Buffer): boolean | null {
  const index = frameIndexPath(path);
  if (index === path || !existsSync(index)) return null;
  try {
    const { sha256 } = JSON.parse(readFileSync(index, 'utf8')) as { readonly sha256?: unknown };
    return sha256 === createHash('sha256').update(bytes).digest('hex');
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function invalid(path: string, why: string): LivepoolError {
  return new LivepoolError('INPUT_INVALID', 'terminal', `${path} cannot be read as a recording: ${why}`, { path });
}

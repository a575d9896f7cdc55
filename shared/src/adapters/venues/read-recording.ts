import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseFrameLine } from '../../market/recording/frame-line.ts';
import type { RawLine } from '../../ports/frame-recorder.ts';
import { recordedName } from './folder-frame-recorder.ts';
import { readGzip } from './read-gzip.ts';

const HOUR_MS = 3_600_000;

/**
 * Lines of recorded files of one connection, in the order of their times, each with the name that the recorder gave it. Lines of
 * one socket keep their order; a file that was cut off is read up to there. Throws what the file system or gzip throws for one that
 * cannot be read.
 */
export function readRecording(paths: readonly string[]): readonly (readonly [RawLine, string])[] {
  const lines = paths.toSorted(byName).flatMap(linesOf);
  return lines.toSorted(([a], [b]) => a.tsMs - b.tsMs);
}

function linesOf(path: string): readonly (readonly [RawLine, string])[] {
  const { part } = partOf(path);
  const text = readGzip(readFileSync(path)).bytes.toString('utf8');
  return text.split('\n').flatMap((lineText, index) => {
    const line = parseFrameLine(lineText);
    if (line === undefined) return [];
    return [[line, recordedName(line.connection, Math.floor(line.tsMs / HOUR_MS), part, index + 1)] as const];
  });
}

function byName(a: string, b: string): number {
  const [one, other] = [partOf(a), partOf(b)];
  if (one.stem === other.stem) return one.part - other.part;
  return one.stem < other.stem ? -1 : 1;
}

/** `kraken.spot.1.3-w-1a2b.2.ndjson.gz` is the second part; a connection's own name ends before the dash. */
function partOf(path: string): { readonly stem: string; readonly part: number } {
  const name = basename(path).replace(/\.ndjson\.gz$/, '');
  const [, stem = name, part = '1'] = /^(.*-[^.]*)\.(\d+)$/.exec(name) ?? [];
  return { stem, part: Number(part) };
}

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseFrameLine } from '../../market/recording/frame-line.ts';
import type { RawLine } from '../../ports/frame-recorder.ts';

const HOUR_MS = 3_600_000;

/**
 * Lines of recorded files of one connection, in the order of their times, each with the name that the recorder gave it. Lines of
 * one socket keep their order. Throws what the file system or gzip throws for a file that cannot be read.
 */
export function readRecording(paths: readonly string[]): readonly (readonly [RawLine, string])[] {
  const lines = paths.toSorted(byName).flatMap(linesOf);
  return lines.toSorted(([a], [b]) => a.tsMs - b.tsMs);
}

function linesOf(path: string): readonly (readonly [RawLine, string])[] {
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text.split('\n').flatMap((lineText, index) => {
    const line = parseFrameLine(lineText);
    return line === undefined ? [] : [[line, `${line.connection}#${Math.floor(line.tsMs / HOUR_MS)}.${index + 1}`] as const];
  });
}

function byName(a: string, b: string): number {
  return basename(a) < basename(b) ? -1 : 1;
}

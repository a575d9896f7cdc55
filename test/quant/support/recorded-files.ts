import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { RECORDED_DATA } from '../../recordings/recorded-data.ts';

/** Rows of a recorded CSV file, cells as text under their column names. */
export function recordedRows(...path: readonly string[]): readonly Readonly<Record<string, string>>[] {
  const [header = '', ...lines] = recordedText(...path)
    .trim()
    .split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

export function recordedText(...path: readonly string[]): string {
  const bytes = readFileSync(join(RECORDED_DATA, ...path));
  return (path.at(-1)!.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

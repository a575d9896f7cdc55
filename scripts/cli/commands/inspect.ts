import { readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { LivepoolError } from '#shared/core/errors.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import { textTable } from '../text-table.ts';
import { ROOT, trackedFiles } from '../tracked-files.ts';

export interface InspectTreeOptions {
  readonly depth: number;
  readonly limit: number;
}

export interface InspectFileOptions {
  readonly from: number;
  readonly lines: number;
}

/** Larger files are not shown. */
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_COLUMNS = 400;

/** Folders and files of the tree, no deeper and no more than asked. */
export async function inspectTree(
  _: CommandContext,
  { depth, limit }: InspectTreeOptions,
  [folder = '.']: readonly string[],
): Promise<CommandResult> {
  const files = trackedFiles(folder);
  const base = folder.replace(/^\.\/?|\/+$/g, '');
  const counts = new Map<string, number>();
  for (const file of files) {
    const parts = file.slice(base === '' ? 0 : base.length + 1).split('/');
    const shown = parts.length > depth ? `${parts.slice(0, depth).join('/')}/` : parts.join('/');
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  const entries = [...counts].map(([path, count]) => ({ path, files: count }));
  const shown = entries.slice(0, limit);
  const left = entries.length - shown.length;
  const lines = shown.map(({ path, files: count }) => (path.endsWith('/') ? `${path}  ${count} files` : path));
  const text = [...lines, ...(left > 0 ? [`… and ${left} more; --limit shows them`] : [])].join('\n');
  return succeed({ ok: true, files: files.length, entries: shown, left_off: left }, text);
}

/** Some lines of one committed file. */
export async function inspectFile(
  _: CommandContext,
  { from, lines }: InspectFileOptions,
  [path = '']: readonly string[],
): Promise<CommandResult> {
  const [file] = trackedFiles(path);
  if (file === undefined || statSync(join(ROOT, file)).size > MOST_BYTES || trackedFiles(path).length > 1) {
    throw new LivepoolError('USAGE', 'terminal', `${path} is a folder or too large; inspect tree shows what there is`);
  }
  const bytes = readFileSync(join(ROOT, file));
  if (bytes.includes(0)) throw new LivepoolError('USAGE', 'terminal', `${file} is no text`);
  const all = bytes.toString('utf8').replace(/\n$/, '').split('\n');
  const shown = all
    .slice(from - 1, from - 1 + lines)
    .map((line) => (line.length > MOST_COLUMNS ? `${line.slice(0, MOST_COLUMNS)}…` : line));
  const width = String(from + shown.length).length;
  const text = shown.map((line, index) => `${String(from + index).padStart(width)}  ${line}`).join('\n');
  return succeed({ ok: true, file, from, lines: shown, total_lines: all.length }, `${text}\n${file}: ${all.length} lines`);
}

/** Files, lines and bytes by folder, and by kind of file. */
export async function inspectSummary(): Promise<CommandResult> {
  const files = trackedFiles().map((path) => ({ path, ...sizeOf(join(ROOT, path)) }));
  const folders = summed(files, ({ path }) =>
    path.includes('/')
      ? path
          .split('/')
          .slice(0, path.startsWith('shared/src/') ? 3 : 1)
          .join('/')
      : '.',
  );
  const kinds = summed(files, ({ path }) => extname(path) || '(none)');
  const total = summed(files, () => 'all');
  const head = ['files', 'lines', 'bytes'];
  const text = [
    textTable(['folder', ...head], folders.map(row)),
    textTable(['kind', ...head], [...kinds, ...total].map(row)),
  ].join('\n\n');
  return succeed({ ok: true, folders, kinds, total: total[0] }, text);
}

interface Sum {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
}

function summed<T extends { readonly lines: number; readonly bytes: number }>(
  files: readonly T[],
  nameOf: (file: T) => string,
): readonly Sum[] {
  const groups = [...Map.groupBy(files, nameOf)];
  const add = (own: readonly T[], of: (file: T) => number): number => own.reduce((sum, file) => sum + of(file), 0);
  return groups
    .map(([name, own]) => ({
      name,
      files: own.length,
      lines: add(own, ({ lines }) => lines),
      bytes: add(own, ({ bytes }) => bytes),
    }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** A file that was deleted and not yet committed counts as empty. */
function sizeOf(path: string): { readonly lines: number; readonly bytes: number } {
  try {
    const bytes = readFileSync(path);
    let lines = 0;
    for (const byte of bytes) if (byte === 0x0a) lines += 1;
    return { lines, bytes: bytes.length };
  } catch {
    return { lines: 0, bytes: 0 };
  }
}

function row({ name, files, lines, bytes }: Sum): readonly string[] {
  return [name, String(files), String(lines), String(bytes)];
}

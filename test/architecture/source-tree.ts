import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the project. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface SourceFile {
  /** Path from the root with `/`. */
  readonly path: string;
  readonly text: string;
  /** Imported project files (from the root, with `/`), and packages by bare name. */
  readonly imports: readonly { readonly target: string; readonly external: boolean }[];
}

/** Every TypeScript file below some top-level folders, with what it imports. */
export function readSources(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) => listFiles(join(ROOT, folder))).map(readSource);
}

function listFiles(folder: string): string[] {
  let entries: { name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : listFiles(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

const SPECIFIER =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s+'([^']+)'/g;

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const imports = [...text.matchAll(SPECIFIER)].map((match) => resolveSpecifier(file, match[1] ?? match[2] ?? match[3] ?? ''));
  return { path: fromRoot(file), text, imports };
}

function resolveSpecifier(from: string, specifier: string): { target: string; external: boolean } {
  if (specifier.startsWith('.')) return { target: fromRoot(resolve(dirname(from), specifier)), external: false };
  if (specifier.startsWith('#shared/')) return { target: `shared/src/${specifier.slice(8)}`, external: false };
  if (specifier.startsWith('#params/')) return { target: `shared/params/${specifier.slice(8)}`, external: false };
  return { target: specifier, external: true };
}

function fromRoot(file: string): string {
  return relative(ROOT, file).split(sep).join('/');
}

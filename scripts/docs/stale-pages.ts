import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { referencePages } from './reference-pages.ts';

/** Where the generated pages are committed. */
export const REFERENCE_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'reference');

/** Names of generated pages that are not there or say something else than the code. */
export function stalePages(program: Command): readonly string[] {
  return [...referencePages(program)].flatMap(([name, text]) => (textOf(name) === text ? [] : [name]));
}

/** Writes the named pages as the code says them. */
export function writePages(program: Command, names: readonly string[]): void {
  mkdirSync(REFERENCE_FOLDER, { recursive: true });
  for (const [name, text] of referencePages(program)) if (names.includes(name)) writeFileSync(join(REFERENCE_FOLDER, name), text);
}

function textOf(name: string): string | undefined {
  try {
    return readFileSync(join(REFERENCE_FOLDER, name), 'utf8');
  } catch {
    return undefined;
  }
}

import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SourceEdit } from './mutants.ts';
import type { Protocol } from './protocol.ts';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'shared', 'src');

/** Folders that the protocol imports; they are shared with the product, so that errors are the same classes. */
const NEIGHBOURS = ['core', 'contracts', 'ports'];

export interface MutatedProtocol {
  readonly protocol: Protocol;
  /** Removes its folder. */
  readonly remove: () => void;
}

/** The protocol compiled from a copy of its source with some edits; throws when an edit no longer applies to exactly one place. */
export async function mutateProtocol(edits: readonly SourceEdit[]): Promise<MutatedProtocol> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mutant-')));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  try {
    cpSync(join(SOURCE, 'release'), join(root, 'release'), { recursive: true });
    for (const name of NEIGHBOURS) symlinkSync(join(SOURCE, name), join(root, name), 'junction');
    for (const edit of edits) applyEdit(join(root, 'release', edit.file), edit);
    const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(root, 'release', file)).href);
    const [{ publish }, { rollback }, { restore }, { recover }] = await Promise.all(
      ['publish/publish.ts', 'rollback.ts', 'restore.ts', 'recover.ts'].map(load),
    );
    return { protocol: { publish, rollback, restore, recover } as Protocol, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function applyEdit(path: string, { file, from, to }: SourceEdit): void {
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) {
    throw new Error(`a mutant no longer applies: in release/${file} these lines stand ${parts.length - 1} times:\n${from}`);
  }
  writeFileSync(path, parts.join(to));
}

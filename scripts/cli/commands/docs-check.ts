import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { referencePages } from '../../docs/reference-pages.ts';
import { REFERENCE_FOLDER, stalePages, writePages } from '../../docs/stale-pages.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';

export interface DocsCheckOptions {
  readonly write: boolean;
}

/** Whether the generated reference pages say what the code says, `program` being the whole command line; with `write` those that do not are written anew. */
export async function docsCheck(program: Command, { write }: DocsCheckOptions): Promise<CommandResult> {
  const stale = stalePages(program);
  const pages = referencePages(program).size;
  if (stale.length === 0)
    return succeed({ ok: true, pages, stale, written: [] }, `all ${pages} generated pages say what the code says`);
  if (write) {
    writePages(program, stale);
    return succeed({ ok: true, pages, stale, written: stale }, stale.map((name) => `written docs/reference/${name}`).join('\n'));
  }
  const where = existsSync(REFERENCE_FOLDER) ? 'differ from the code' : `are not there: no folder ${REFERENCE_FOLDER}`;
  const message = `${stale.map((name) => `docs/reference/${name}`).join(', ')} ${where}; docs check --write renews them`;
  return refuse([{ code: 'DOCS_STALE', message, details: { stale } }]);
}

import { existsSync } from 'node:fs';
import type { Explain } from '#shared/contracts/explain.ts';
import { diffPools } from '#shared/pool/explain/diff-pools.ts';
import { diffPoolsText } from '#shared/pool/explain/diff-pools-text.ts';
import type { CommandContext } from '../command.ts';
import { explainOfPath, explainOfRelease } from '../explain-source.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { readingSite } from '../using-site.ts';

/** What changed between two releases or build folders: who came and went, which ranks and scores moved, regime and universe. */
export async function poolDiff(_context: CommandContext, options: SiteOptions, args: readonly string[]): Promise<CommandResult> {
  const [a, b] = await readingSite(options, async (site) => {
    const load = async (name: string): Promise<Explain> =>
      existsSync(name) ? explainOfPath(name) : explainOfRelease(site, name);
    return [await load(args[0] ?? ''), await load(args[1] ?? '')] as const;
  });
  const diff = diffPools(a, b);
  return succeed({ ok: true, ...diff }, diffPoolsText(diff));
}

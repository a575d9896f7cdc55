import { existsSync } from 'node:fs';
import type { Explain } from '#shared/contracts/explain.ts';
import { diffPools } from '#shared/pool/explain/diff-pools.ts';
import { diffPoolsText } from '#shared/pool/explain/diff-pools-text.ts';
import type { CommandContext } from '../command.ts';
import { explainOfPath, explainOfRelease } from '../explain-source.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { readingHome } from '../using-home.ts';

/** What changed between two releases or build folders: who came and went, which ranks and scores moved, regime and universe. */
export async function poolDiff(_context: CommandContext, options: HomeOptions, args: readonly string[]): Promise<CommandResult> {
  const [a, b] = await readingHome(options, async (home) => {
    const load = async (name: string): Promise<Explain> =>
      existsSync(name) ? explainOfPath(name) : explainOfRelease(home, name);
    return [await load(args[0] ?? ''), await load(args[1] ?? '')] as const;
  });
  const diff = diffPools(a, b);
  return succeed({ ok: true, ...diff }, diffPoolsText(diff));
}

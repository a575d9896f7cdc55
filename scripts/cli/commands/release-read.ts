import { join } from 'node:path';
import { lastKnownGoodFile } from '#shared/adapters/fs/last-known-good-file.ts';
import { readPool } from '#shared/release/reader/read-pool.ts';
import type { PoolReading } from '#shared/release/reader/reading.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { readingSite } from '../using-site.ts';

/** Reads the pool as a strategy does: summary, signatures, sequence, age; else the last known good one. Says how far to trust it. */
export async function releaseRead(_context: CommandContext, options: SiteOptions): Promise<CommandResult> {
  return readingSite(options, async (site) => {
    const { documents, trustedKeys, namespace } = site.readDeps();
    const reading = await readPool({
      trust: { keys: trustedKeys, namespace },
      clock: site.clock,
      documents,
      lastKnownGood: lastKnownGoodFile({ file: join(site.folder, 'reader', 'last-known-good.json') }),
    });
    return succeed({ ok: true, environment: site.environment, ...reading }, textOf(reading));
  });
}

function textOf({ state, source, mayEnter, symbols, version, publishSeq, problems }: PoolReading): string {
  return [
    symbols.join(' '),
    `  ${state} from ${source}, ${version ?? 'no version'}${publishSeq === null ? '' : ` (act ${publishSeq})`}`,
    `  ${mayEnter ? 'positions may be entered' : 'keep and exit only: nothing may be entered on this'}`,
    ...problems.map((problem) => `  not ${problem.source}: ${problem.refusal.code}: ${problem.refusal.message}`),
  ].join('\n');
}

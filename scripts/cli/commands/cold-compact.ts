import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { type CompactTierSummary, compactColdTier } from '#shared/cold/compact-cold-tier.ts';
import { RAW_FRAMES } from '#shared/cold/raw-frames.ts';
import { type ColdSiteOptions, usingColdSite } from '../cold-site.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { textTable } from '../text-table.ts';

export interface ColdCompactOptions extends ColdSiteOptions {
  readonly table: string | undefined;
  readonly date: string | undefined;
  readonly now: number | undefined;
  readonly includeOpen: boolean;
}

/** Seals what is staged on this machine, as the function `compact` does in a deployment. */
export async function coldCompact({ signal }: CommandContext, options: ColdCompactOptions): Promise<CommandResult> {
  return usingColdSite(options, 'write', async (site) => {
    const summary = await compactColdTier(site, DEFAULT_LAYOUT, {
      nowMs: options.now ?? site.nowMs,
      includeOpen: options.includeOpen,
      signal,
      ...(options.table === undefined ? {} : { table: options.table }),
      ...(options.date === undefined ? {} : { day: options.date }),
    });
    signal.throwIfAborted();
    const { tables, frames } = summary;
    const failed = [...tables.failed, ...frames.failed.map((each) => ({ table: RAW_FRAMES, ...each }))];
    if (failed.length > 0)
      return refuse(failed.map(({ table, dt, code, message }) => ({ code, message: `${table} ${dt}: ${message}` })));
    return succeed({ ok: true, ...tables, frames }, summaryText(summary));
  });
}

function summaryText({ tables: { partitions }, frames }: CompactTierSummary): string {
  if (partitions.length + frames.sealed.length === 0)
    return 'nothing is staged that is over; --include-open seals what is there now\n';
  const rows = partitions.map(({ table, dt, segments, written, duplicates, corrections, rejected, deleted }) =>
    [table, dt, segments, written, duplicates, corrections, rejected, deleted].map(String),
  );
  const files = Map.groupBy(frames.sealed, ({ dt }) => dt);
  for (const [dt, sealed] of files) {
    const lines = sealed.reduce((sum, each) => sum + each.lines, 0);
    rows.push([RAW_FRAMES, dt, `${sealed.length} files`, String(lines), '0', '0', '0', '0']);
  }
  const short = partitions.filter(({ isQuarantined }) => isQuarantined).map(({ table, dt }) => `${table} ${dt}`);
  const note = short.length === 0 ? '' : `\nnot all there, and left out by readers without --force: ${short.join(', ')}`;
  return textTable(['table', 'partition', 'segments', 'rows', 'duplicates', 'corrections', 'rejected', 'deleted'], rows) + note;
}

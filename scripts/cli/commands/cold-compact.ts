import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { type CompactSummary, compact } from '#shared/cold/compact.ts';
import { tableByName } from '#shared/cold/tables.ts';
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
    const summary = await compact(site, DEFAULT_LAYOUT, {
      nowMs: options.now ?? site.nowMs,
      includeOpen: options.includeOpen,
      signal,
      ...(options.table === undefined ? {} : { tables: [tableByName(options.table)] }),
      ...(options.date === undefined ? {} : { day: options.date }),
    });
    signal.throwIfAborted();
    const { failed } = summary;
    if (failed.length > 0)
      return refuse(failed.map(({ table, dt, code, message }) => ({ code, message: `${table} ${dt}: ${message}` })));
    return succeed({ ok: true, ...summary }, summaryText(summary));
  });
}

function summaryText({ partitions }: CompactSummary): string {
  if (partitions.length === 0) return 'nothing is staged that is over; --include-open seals what is there now\n';
  const rows = partitions.map(({ table, dt, segments, written, duplicates, corrections, rejected, deleted }) =>
    [table, dt, segments, written, duplicates, corrections, rejected, deleted].map(String),
  );
  return textTable(['table', 'partition', 'segments', 'rows', 'duplicates', 'corrections', 'rejected', 'deleted'], rows);
}

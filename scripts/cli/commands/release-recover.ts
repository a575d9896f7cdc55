import { readHead } from '#shared/release/head.ts';
import { recover } from '#shared/release/recover.ts';
import { actOutcome, withFindings } from '../act-outcome.ts';
import type { CommandContext } from '../command.ts';
import type { CommandResult } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { usingSite } from '../using-site.ts';

export interface RecoverOptions extends SiteOptions {
  readonly seizeLease: boolean;
}

/** Finishes an act whose process died; with none open, writes a damaged mirror anew. */
export async function releaseRecover({ terminal }: CommandContext, options: RecoverOptions): Promise<CommandResult> {
  return usingSite(options, async (site) => {
    const { publish_seq: seq } = await readHead(site.documents);
    const result = await recover(site.actDeps(terminal.note), {
      runKey: `manual:recover-${seq}`,
      seizeLease: options.seizeLease,
    });
    const outcome = actOutcome(result, site.environment);
    if (result.mended.length === 0) return outcome;
    const mended = `wrote the mirror of ${result.version} (act ${result.publishSeq}) anew; damaged were:\n  ${result.mended.join('\n  ')}`;
    return withFindings(mended, result, outcome.json as object);
  });
}

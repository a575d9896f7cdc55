import { holdPublishing, liftHold } from '#shared/release/hold.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { usingSite } from '../using-site.ts';

export interface HoldOptions extends SiteOptions {
  readonly until: number | undefined;
  readonly reason: string | undefined;
  readonly by: string;
  readonly approvedBy: string | undefined;
  readonly lift: boolean;
}

/** Sets or lifts the hold on publishing; rollback and restore stay possible either way. */
export async function releaseHold({ terminal }: CommandContext, options: HoldOptions): Promise<CommandResult> {
  return usingSite(options, async (site) => {
    const deps = site.actDeps(terminal.note);
    if (options.lift) {
      const approval = { reason: options.reason, requestedBy: options.by, approvedBy: options.approvedBy ?? '' };
      const isLifted = await liftHold(deps, approval);
      return succeed(
        { ok: true, hold: null, lifted: isLifted },
        isLifted ? 'the hold is lifted' : 'nothing to do: no hold is in force',
      );
    }
    if (options.until === undefined) {
      return refuse([{ code: 'HOLD_INVALID', message: 'name the end with --until (at most seven days ahead), or use --lift' }]);
    }
    await holdPublishing(deps, { untilMs: options.until, reason: options.reason ?? '', requestedBy: options.by });
    const until = new Date(options.until).toISOString();
    return succeed({ ok: true, hold: { until, reason: options.reason } }, `publishing is held until ${until}`);
  });
}

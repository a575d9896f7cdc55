import { readHead } from '#shared/release/head.ts';
import { planSwitchTo } from '#shared/release/plan.ts';
import type { RequestedActInput } from '#shared/release/requested-act.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { loadSealed } from '#shared/release/sealed-release.ts';
import { actOutcome } from '../act-outcome.ts';
import type { Action, CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import { planText } from '../plan-text.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { usingHome } from '../using-home.ts';

export interface MoveOptions extends HomeOptions {
  readonly reason: string;
  readonly by: string;
  readonly approvedBy: string;
  readonly acceptStale: boolean;
  readonly dryRun: boolean;
  readonly runId: string | undefined;
}

/** Rollback and restore: the same switch, to an older version or back to a condemned one. */
export function releaseMove(action: 'rollback' | 'restore'): Action<MoveOptions> {
  return (context, options, [target = '']) => move(action, context, options, target);
}

function move(
  action: 'rollback' | 'restore',
  { terminal }: CommandContext,
  options: MoveOptions,
  target: string,
): Promise<CommandResult> {
  return usingHome(options, async (home) => {
    if (options.dryRun) {
      const { files } = await loadSealed(home.readDeps(), target);
      const plan = planSwitchTo(action, { layout: home.readDeps().layout, version: target, files });
      return succeed({ ok: true, dry_run: true, ...plan }, planText(plan));
    }
    const { committed_seq: seq } = await readHead(home.documents);
    const input: RequestedActInput = {
      // The number of the act before makes a retry after a transient failure the same act, and a later wish another one.
      runKey: `manual:${options.runId ?? `${action}-${target}-after-${seq}`}`,
      target,
      approval: { reason: options.reason, requestedBy: options.by, approvedBy: options.approvedBy },
      acceptStale: options.acceptStale,
    };
    const act = action === 'rollback' ? rollback : restore;
    return actOutcome(await act(home.actDeps(terminal.note), input), home.environment);
  });
}

import { readHead } from '#shared/release/head.ts';
import { planSwitchTo } from '#shared/release/plan.ts';
import type { RequestedActInput } from '#shared/release/requested-act.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { loadSealed } from '#shared/release/sealed-release.ts';
import { actOutcome } from '../act-outcome.ts';
import type { Action, CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { type CommandResult, succeed } from '../outcome.ts';
import { planText } from '../plan-text.ts';
import type { HomeOptions } from '../program/shared-options.ts';
import { readingHome, usingHome } from '../using-home.ts';

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
  if (options.dryRun) return readingHome(options, (home) => plannedMove(action, home, options, target));
  return usingHome(options, async (home) => {
    const input: RequestedActInput = {
      runKey: await runKeyOf(action, home, options, target),
      target,
      approval: { reason: options.reason, requestedBy: options.by, approvedBy: options.approvedBy },
      acceptStale: options.acceptStale,
    };
    const act = action === 'rollback' ? rollback : restore;
    return actOutcome(await act(home.actDeps(terminal.note), input), home.environment);
  });
}

async function plannedMove(
  action: 'rollback' | 'restore',
  home: Home,
  options: MoveOptions,
  target: string,
): Promise<CommandResult> {
  const { files } = await loadSealed(home.readDeps(), target);
  const runKey = await runKeyOf(action, home, options, target);
  const plan = planSwitchTo(action, { layout: home.readDeps().layout, runKey, version: target, files });
  return succeed({ ok: true, dry_run: true, ...plan }, planText(plan));
}

/** The number of the act before makes a retry after a transient failure the same act, and a later wish another one. */
async function runKeyOf(action: string, home: Home, { runId }: MoveOptions, target: string): Promise<string> {
  const { committed_seq: seq } = await readHead(home.documents);
  return `manual:${runId ?? `${action}-${target}-after-${seq}`}`;
}

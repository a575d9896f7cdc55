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
import type { SiteOptions } from '../program/shared-options.ts';
import type { ReleaseSite } from '../release-site.ts';
import { readingSite, usingSite } from '../using-site.ts';

export interface MoveOptions extends SiteOptions {
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
  if (options.dryRun) return readingSite(options, (site) => plannedMove(action, site, options, target));
  return usingSite(options, async (site) => {
    const input: RequestedActInput = {
      runKey: await runKeyOf(action, site, options, target),
      target,
      approval: { reason: options.reason, requestedBy: options.by, approvedBy: options.approvedBy },
      acceptStale: options.acceptStale,
    };
    const act = action === 'rollback' ? rollback : restore;
    return actOutcome(await act(site.actDeps(terminal.note), input), site.environment);
  });
}

async function plannedMove(
  action: 'rollback' | 'restore',
  site: ReleaseSite,
  options: MoveOptions,
  target: string,
): Promise<CommandResult> {
  const { files } = await loadSealed(site.readDeps(), target);
  const runKey = await runKeyOf(action, site, options, target);
  const plan = planSwitchTo(action, { layout: site.readDeps().layout, runKey, version: target, files });
  return succeed({ ok: true, dry_run: true, ...plan }, planText(plan));
}

/** The number of the act before makes a retry after a transient failure the same act, and a later wish another one. */
async function runKeyOf(action: string, site: ReleaseSite, { runId }: MoveOptions, target: string): Promise<string> {
  const { committed_seq: seq } = await readHead(site.documents);
  return `manual:${runId ?? `${action}-${target}-after-${seq}`}`;
}

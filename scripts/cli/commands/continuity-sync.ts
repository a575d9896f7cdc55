import type { Command } from 'commander';
import { EXIT, type ExitCode } from '#shared/core/error-catalogue.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, failureOf } from '../outcome.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import { type ContinuitySnapshotOptions, continuitySnapshot } from './continuity-snapshot.ts';
import { docsCheck } from './docs-check.ts';
import { reportStatus } from './report-status.ts';

export type ContinuitySyncOptions = ContinuitySnapshotOptions & SiteOptions;

/** Worst first: what a person has to look at, then what is refused, then what passes by itself. */
const GRAVEST: readonly ExitCode[] = [EXIT.conflict, EXIT.usage, EXIT.refused, EXIT.transient, EXIT.ok];

/** Snapshot, status of the release beside it, docs check: each is done whatever the others say. The gravest exit code counts. */
export async function continuitySync(
  program: Command,
  context: CommandContext,
  options: ContinuitySyncOptions,
): Promise<CommandResult> {
  const steps = {
    snapshot: await attempt(() => continuitySnapshot(context, options)),
    report: await attempt(() => reportStatus(context, options)),
    docs: await attempt(() => docsCheck(program, { write: false })),
  };
  context.signal.throwIfAborted();
  const exit = GRAVEST.find((code) => Object.values(steps).some((step) => step.exit === code)) ?? EXIT.ok;
  const json = Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, step.json]));
  const text = Object.entries(steps).map(
    ([name, step]) => `${name}: ${step.exit === EXIT.ok ? 'ok' : 'FAILED'}\n${indented(step.text)}`,
  );
  return { exit, json: { ok: exit === EXIT.ok, ...json }, text: text.join('\n') };
}

async function attempt(step: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await step();
  } catch (error) {
    return failureOf(error);
  }
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '  ');
}

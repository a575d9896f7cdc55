import type { Command } from 'commander';
import { EXIT, type ExitCode } from '#shared/core/error-catalogue.ts';
import { type CommandResult, failureOf, printResult } from './outcome.ts';
import { type AfterStop, stopSignal } from './stop-signal.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** What every command gets beside its own options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

export type ReportExit = (code: ExitCode) => void;

/** A command's work: reads its positional arguments and options, answers one result. */
export type Action<Options> = (context: CommandContext, options: Options, args: readonly string[]) => Promise<CommandResult>;

/**
 * Gives a command `--json`, the stop signal, one way of printing results and one way of failing. The code behind it is loaded
 * when it runs, so that `--help` is instant.
 */
export function attachAction<Options>(
  command: Command,
  reportExit: ReportExit,
  load: () => Promise<Action<Options>>,
  afterStop: AfterStop = 'continues',
): void {
  command.option('--json', 'print one JSON document instead of text', false);
  command.action(async (...received: unknown[]) => {
    const self = received.at(-1) as Command;
    const options = self.optsWithGlobals() as Options & { json: boolean };
    const terminal = processTerminal({ json: options.json });
    const result = await attempt(async () => {
      const action = await load();
      return action({ terminal, signal: stopSignal(terminal.note, afterStop) }, options, self.args);
    });
    printResult(terminal, result);
    reportExit(result.exit);
  });
}

async function attempt(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    return failureOf(error);
  }
}

/** The table of exit codes, for `--help`. */
export const EXIT_CODE_HELP = `
Exit codes of every command:
  ${EXIT.ok}  done, nothing to do, or held
  ${EXIT.refused}  refused or invalid; the reasons are listed
  ${EXIT.usage}  wrong command line
  ${EXIT.transient}  transient; run the same command again
  ${EXIT.conflict}  conflict or corruption; a person has to look`;

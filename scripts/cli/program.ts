import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT_CODE_HELP, type ReportExit } from './command.ts';
import { addFeedsCommands } from './program/feeds-commands.ts';
import { addMachineCommands } from './program/machine-commands.ts';
import { addPoolCommands } from './program/pool-commands.ts';
import { addQuantCommands } from './program/quant-commands.ts';
import { addReleaseCommands } from './program/release-commands.ts';
import { addReportCommands } from './program/report-commands.ts';
import { addShadowCommands } from './program/shadow-commands.ts';
import { addSignalCommands } from './program/signal-commands.ts';
import { addWorkerCommands } from './program/worker-commands.ts';

const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };

/** The whole command line. Definitions load at once, the code behind a command only when it runs. */
export function buildProgram(reportExit: ReportExit): Command {
  const program = new Command('livepool')
    .description('Decides which crypto symbols strategies may trade, and publishes that decision so that it can be trusted.')
    .version(PACKAGE.version, '--version', 'print the version of this program')
    // Else `pool explain X --version V` would ask the program, not the command.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .addHelpText('after', EXIT_CODE_HELP);
  addPoolCommands(program, reportExit);
  addReleaseCommands(program, reportExit);
  addShadowCommands(program, reportExit);
  addSignalCommands(program, reportExit);
  addQuantCommands(program, reportExit);
  addReportCommands(program, reportExit);
  addWorkerCommands(program, reportExit);
  addFeedsCommands(program, reportExit);
  addMachineCommands(program, reportExit);
  return program;
}

import { Argument, type Command, Option } from 'commander';
import { RECOVERABLE } from '#shared/contracts/recovery.ts';
import { attachAction, type ReportExit } from '../command.ts';
import { portOption, positiveNumberOption, urlOption } from '../option-parsers.ts';
import { DATA_DEFAULT } from '../worker-folder.ts';

/** `livepool health|recover|continuity`: the worker of this machine, from outside. */
export function addWorkerCommands(program: Command, reportExit: ReportExit): void {
  attachAction(
    withUrl(program.command('health'))
      .description('one line about how the worker is; exit 0 for OK and degraded, 1 for FAIL')
      .option('--timeout <seconds>', 'an answer that takes longer is a failure', positiveNumberOption, 5),
    reportExit,
    async () => (await import('../commands/worker-health.ts')).workerHealth,
  );
  attachAction(
    withUrl(program.command('recover'))
      .addArgument(new Argument('<component>', 'what is recovered; log = what was').choices([...RECOVERABLE, 'all', 'log']))
      .description('stop a component of the worker, begin it anew and wait for fresh data; orders are never touched')
      .option('--venue <id>', 'only the connections of this venue')
      .option('--reason <text>', 'why; goes into the log')
      .option('--by <name>', 'who asks', 'operator')
      .option(
        '--key-file <file>',
        `the operators’ key (default: the worker’s by its settings, else ${DATA_DEFAULT}/operator.key)`,
      ),
    reportExit,
    async () => (await import('../commands/worker-recover.ts')).workerRecover,
  );
  addContinuityCommands(program.command('continuity').description('what the worker wrote about itself'), reportExit);
}

function addContinuityCommands(continuity: Command, reportExit: ReportExit): void {
  attachAction(
    withData(continuity.command('status')).description('the newest record: status, availability, phase, components'),
    reportExit,
    async () => (await import('../commands/continuity.ts')).continuityStatus,
  );
  attachAction(
    withData(continuity.command('compare'))
      .argument('[a]', 'first digits of a record’s hash (default: the oldest kept)')
      .argument('[b]', 'of a later one (default: the newest)')
      .description('check the chain of all records, and say what two of them differ in'),
    reportExit,
    async () => (await import('../commands/continuity.ts')).continuityCompare,
  );
  attachAction(
    withData(continuity.command('phase'))
      .argument('<name>', 'lower-case letters, digits and dashes')
      .description('declare the phase that records carry from now on')
      .requiredOption('--reason <text>', 'why')
      .option('--by <name>', 'who says so', 'operator'),
    reportExit,
    async () => (await import('../commands/continuity.ts')).continuityPhase,
  );
}

function withUrl(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--url <url>',
        'where the worker answers (default: PIPELINE_HTTP_HOST and PIPELINE_HTTP_PORT, or http://127.0.0.1:8080)',
      )
        .argParser(urlOption)
        .conflicts('port'),
    )
    .addOption(new Option('--port <number>', 'the same on this machine').argParser(portOption));
}

function withData(command: Command): Command {
  return command.option('--data <dir>', 'data folder of the worker', DATA_DEFAULT);
}

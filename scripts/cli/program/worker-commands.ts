import { Argument, type Command } from 'commander';
import { RECOVERABLE } from '#shared/contracts/recovery.ts';
import { attachAction, type ReportExit } from '../command.ts';
import type { ContinuitySyncOptions } from '../commands/continuity-sync.ts';
import { positiveNumberOption } from '../option-parsers.ts';
import { DATA_DEFAULT } from '../worker-folder.ts';
import { withOperator, withSite, withUrl } from './shared-options.ts';

/** `livepool health|recover|reload|continuity`: the worker of this machine, from outside. */
export function addWorkerCommands(program: Command, reportExit: ReportExit): void {
  attachAction(
    withUrl(program.command('health'))
      .description('one line about how the worker is; exit 0 for OK and degraded, 1 for FAIL')
      .option('--timeout <seconds>', 'an answer that takes longer is a failure', positiveNumberOption, 5),
    reportExit,
    async () => (await import('../commands/worker-health.ts')).workerHealth,
  );
  attachAction(
    withOperator(withUrl(program.command('recover')))
      .addArgument(new Argument('<component>', 'what is recovered; log = what was').choices([...RECOVERABLE, 'all', 'log']))
      .description('stop a component of the worker, begin it anew and wait for fresh data; orders are never touched')
      .option('--venue <id>', 'only the connections of this venue')
      .option('--reason <text>', 'why; goes into the log'),
    reportExit,
    async () => (await import('../commands/worker-recover.ts')).workerRecover,
  );
  attachAction(
    withOperator(withUrl(program.command('reload')))
      .description(
        'have the worker take over its parameter files, as far as they only tighten: all that they changed, or nothing',
      )
      .requiredOption('--reason <text>', 'why; goes into the log'),
    reportExit,
    async () => (await import('../commands/worker-reload.ts')).workerReload,
  );
  addContinuityCommands(program, reportExit);
}

function addContinuityCommands(program: Command, reportExit: ReportExit): void {
  const continuity = program.command('continuity').description('what the worker wrote about itself');
  attachAction(
    withData(continuity.command('status')).description('the newest record: status, availability, phase, components'),
    reportExit,
    async () => (await import('../commands/continuity.ts')).continuityStatus,
  );
  attachAction(
    withSnapshot(continuity.command('snapshot')).description(
      'have the running worker probe itself and write a record now; keep a copy of the record as a file',
    ),
    reportExit,
    async () => (await import('../commands/continuity-snapshot.ts')).continuitySnapshot,
  );
  attachAction(
    withSite(withSnapshot(continuity.command('sync'))).description(
      'a snapshot, the status of the release beside it, and whether the generated docs are those of this program; pushes nothing',
    ),
    reportExit,
    async () => {
      const { continuitySync } = await import('../commands/continuity-sync.ts');
      return (context, options: ContinuitySyncOptions) => continuitySync(program, context, options);
    },
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

function withSnapshot(command: Command): Command {
  return withOperator(withUrl(command)).option('--out <dir>', 'folder of the copies', '.livepool/continuity');
}

function withData(command: Command): Command {
  return command.option('--data <dir>', `data folder of the worker (default: PIPELINE_DATA_FOLDER, or ${DATA_DEFAULT})`);
}

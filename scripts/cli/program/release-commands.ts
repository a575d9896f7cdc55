import { type Command, Option } from 'commander';
import { attachAction, type ReportExit } from '../command.ts';
import { instantOption, runIdOption } from '../option-parsers.ts';
import { withSite } from './shared-options.ts';

/** `livepool release …`: what is published, and how it is moved. */
export function addReleaseCommands(program: Command, reportExit: ReportExit): void {
  const release = program.command('release').description('list, verify, publish and move releases');
  addReadingCommands(release, reportExit);
  addActCommands(release, reportExit);
  addCareCommands(release, reportExit);
}

function addReadingCommands(release: Command, reportExit: ReportExit): void {
  attachAction(
    withSite(release.command('list')).description('every sealed release, which one is current, and the history of acts'),
    reportExit,
    async () => (await import('../commands/release-list.ts')).releaseList,
  );

  attachAction(
    withSite(release.command('show')).description('one release in full').argument('[version]', 'default: the current one'),
    reportExit,
    async () => (await import('../commands/release-show.ts')).releaseShow,
  );

  attachAction(
    withSite(release.command('read')).description(
      'the current pool as a strategy reads it: verified, or from what was verified last',
    ),
    reportExit,
    async () => (await import('../commands/release-read.ts')).releaseRead,
  );
}

function addActCommands(release: Command, reportExit: ReportExit): void {
  attachAction(
    withSite(release.command('publish'))
      .description('publish a folder written by `pool build --out`')
      .argument('<dir>', 'folder with the five artifacts and their evidence')
      .option('--run-id <id>', 'name of this run; the same name resumes it (default: the version)', runIdOption)
      .option('--dry-run', 'print the planned writes and stop', false)
      .option('--by <name>', 'who asks, for --approved-by', 'operator')
      .option('--approved-by <name>', 'second person who agrees to an unusual turnover of the pool'),
    reportExit,
    async () => (await import('../commands/release-publish.ts')).releasePublish,
  );

  for (const [name, description] of [
    ['rollback', 'go back to an older sealed release; the one left behind is condemned'],
    ['restore', 'return to a release that a rollback left behind'],
  ] as const) {
    attachAction(
      withSite(release.command(name))
        .description(description)
        .argument('<version>', 'target')
        .requiredOption('--reason <text>', 'why; kept in the signed log')
        .requiredOption('--by <name>', 'who asks')
        .requiredOption('--approved-by <name>', 'the second person')
        .option('--run-id <id>', 'name of this act; the same name resumes it', runIdOption)
        .option('--accept-stale', 'accept a target older than 45 days', false)
        .option('--dry-run', 'print the planned writes and stop', false),
      reportExit,
      async () => (await import('../commands/release-move.ts')).releaseMove(name),
    );
  }
}

function addCareCommands(release: Command, reportExit: ReportExit): void {
  attachAction(
    withSite(release.command('recover'))
      .description('finish what a stopped publish, rollback or restore left open, or write a damaged mirror anew')
      .option('--seize-lease', 'do not wait for the lease of a process that is known to be dead', false),
    reportExit,
    async () => (await import('../commands/release-recover.ts')).releaseRecover,
  );

  attachAction(
    withSite(release.command('hold'))
      .description('stop scheduled publishing until an instant, or lift the hold')
      .option('--until <instant>', 'end of the hold, at most 7 days ahead', instantOption)
      .option('--reason <text>', 'why')
      .requiredOption('--by <name>', 'who asks')
      .option('--lift', 'end the hold now; needs --reason and --approved-by', false)
      .option('--approved-by <name>', 'the second person, for --lift'),
    reportExit,
    async () => (await import('../commands/release-hold.ts')).releaseHold,
  );

  attachAction(
    withSite(release.command('verify'))
      .description('check a release, or everything that is published, and list every violation')
      .argument(
        '[target]',
        'folder, file:// or gs:// URI, or version (default: the whole store: pointer, objects, mirror, chain, signatures)',
      )
      .addOption(
        new Option(
          '--rules <profile>',
          'rules for the files: those of every published release, or the looser ones of the reference',
        )
          .choices(['strict', 'reference'])
          .default('strict'),
      ),
    reportExit,
    async () => (await import('../commands/release-verify.ts')).releaseVerify,
  );
}

import type { Command } from 'commander';
import { attachAction, type ReportExit } from '../command.ts';
import { countOption, positiveNumberOption, runIdOption } from '../option-parsers.ts';
import { withBuild, withHome, withSite, withVenue } from './shared-options.ts';

/** `livepool pool …`: from candles to a decision. */
export function addPoolCommands(program: Command, reportExit: ReportExit): void {
  const pool = program.command('pool').description('collect candles, build the pool, explain it');
  addBuildCommands(pool, reportExit);
  addLookCommands(pool, reportExit);
}

function addBuildCommands(pool: Command, reportExit: ReportExit): void {
  attachAction(
    withBuild(withVenue(withHome(pool.command('run'))))
      .description('collect, score, build, publish: one whole release')
      .option('--run-id <id>', 'name of this run; the same name resumes it (default: venue and as-of date)', runIdOption)
      .option('--dry-run', 'stop before the first write of a release and print the planned writes', false)
      .option('--revision <n>', 'corrected release of a day that is sealed already: 2, 3, …', countOption, 1)
      .option('--by <name>', 'who asks, for --approved-by', 'operator')
      .option('--approved-by <name>', 'second person who agrees to an unusual turnover of the pool')
      .option('--report <file>', 'also draw the HTML page'),
    reportExit,
    async () => (await import('../commands/pool-run.ts')).poolRun,
  );

  attachAction(
    withBuild(withVenue(withHome(pool.command('collect')))).description(
      'bring finished daily candles of a venue into the cold tier',
    ),
    reportExit,
    async () => (await import('../commands/pool-collect.ts')).poolCollect,
  );

  attachAction(
    withBuild(pool.command('build'))
      .description('build the five artifacts from a folder of candles; publishes nothing')
      .requiredOption('--candles <dir>', 'folder of <SYMBOL>.csv or <SYMBOL>.csv.gz')
      .option('--instruments <file>', 'instruments CSV (default: every symbol is trading, assets from its name)')
      .requiredOption('--out <dir>', 'folder for the five artifacts and their evidence')
      .option('--source <name>', 'what the volumes were measured on: binance_spot, recorded, sim, or a venue', 'recorded')
      .option('--volume-scale <factor>', 'multiplier of the volume thresholds; recorded in the manifest', positiveNumberOption)
      .option('--previous-pool <file>', 'live_pool_legacy.json of the last release')
      .option('--universe-state <file>', 'universe_state.json of the last release')
      .option('--diagnostics <dir>', 'also write the diagnostic tables as CSV')
      .option('--report <file>', 'also draw the HTML page'),
    reportExit,
    async () => (await import('../commands/pool-build.ts')).poolBuild,
  );
}

function addLookCommands(pool: Command, reportExit: ReportExit): void {
  attachAction(
    withSite(pool.command('explain'))
      .description('why one symbol is in or out, with every number behind it')
      .argument('<symbol>', 'for example SOLUSDT')
      .option('--version <version>', 'release to look at (default: the current one)')
      .option('--from <file>', 'an explain.json instead of a release'),
    reportExit,
    async () => (await import('../commands/pool-explain.ts')).poolExplain,
  );

  attachAction(
    withSite(pool.command('diff'))
      .description('what changed between two releases')
      .argument('<a>', 'version, or a folder with explain.json')
      .argument('<b>', 'version, or a folder with explain.json'),
    reportExit,
    async () => (await import('../commands/pool-diff.ts')).poolDiff,
  );

  attachAction(
    withVenue(withHome(pool.command('calibrate')))
      .description('measure how a venue’s volumes relate to Binance spot, for the volume thresholds')
      .requiredOption('--against <dir>', 'folder of Binance spot candles'),
    reportExit,
    async () => (await import('../commands/pool-calibrate.ts')).poolCalibrate,
  );

  attachAction(
    withHome(pool.command('plan'))
      .description('the writes that publishing a built folder would make, as data; writes nothing')
      .argument('<dir>', 'folder written by `pool build --out`')
      .option('--emit <form>', 'release_manifest prints the reference’s plan document'),
    reportExit,
    async () => (await import('../commands/pool-plan.ts')).poolPlan,
  );
}

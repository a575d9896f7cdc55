import type { Command } from 'commander';
import { attachAction, type ReportExit } from '../command.ts';
import { dayOption, positiveNumberOption } from '../option-parsers.ts';
import { withHome } from './shared-options.ts';

/** Where the histories lie on this machine. */
const OUT = ['--out <dir>', 'folder of shadow_candidate_tracks/ and shadow_releases/', 'data/output'] as const;

/** `livepool shadow …`: the monthly pools of years, per candidate track. */
export function addShadowCommands(program: Command, reportExit: ReportExit): void {
  const shadow = program.command('shadow').description('monthly shadow releases of the candidate tracks; publishes nothing');

  attachAction(
    withHome(shadow.command('build'))
      .description('score every month out of sample and write one release a month and track')
      .option('--candles <dir>', 'folder of <SYMBOL>.csv or <SYMBOL>.csv.gz (default: what this home has collected)')
      .option('--instruments <file>', 'instruments CSV for --candles (default: every symbol is trading, assets from its name)')
      .option('--source <name>', 'what the volumes were measured on (default: recorded with --candles, else sim)')
      .option('--volume-scale <factor>', 'multiplier of the volume thresholds', positiveNumberOption)
      .option('--params <name|file>', 'base parameter set: core_major, reference, or a JSON file', 'core_major')
      .option('--tracks <file>', 'tracks, universe and windows (default: shared/params/shadow_tracks.json)')
      .option('--universe <mode>', 'universe of the shared panel (default: as the tracks say, broad_liquid)')
      .option('--as-of <date>', 'last day the history may see (default: the newest candle of the benchmark)', dayOption)
      .option(...OUT),
    reportExit,
    async () => (await import('../commands/shadow-build.ts')).shadowBuild,
  );

  attachAction(
    shadow
      .command('list')
      .description('tracks of the last build, or the releases of one')
      .option('--track <id>', 'list the releases of this track')
      .option(...OUT),
    reportExit,
    async () => (await import('../commands/shadow-list.ts')).shadowList,
  );
}

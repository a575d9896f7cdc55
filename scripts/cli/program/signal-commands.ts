import type { Command } from 'commander';
import { attachAction, type ReportExit } from '../command.ts';
import { countOption, instantOption } from '../option-parsers.ts';
import { withHome, withMarket } from './shared-options.ts';

/** `livepool signal …`: what the signal engine says of the market. */
export function addSignalCommands(program: Command, reportExit: ReportExit): void {
  const signal = program.command('signal').description('what the signal engine says of the market');

  attachAction(
    withMarket(withHome(signal.command('regime')))
      .description('judge the regime of a 4h boundary from hourly candles; a boundary is judged once and kept')
      .option('--as-of <instant>', 'judge the boundary at or before this instant (default: the present)', instantOption)
      .option('--boundaries <n>', 'judge the boundaries before it as well, this many in all', countOption, 6)
      .option('--now <instant>', 'the present (default: the clock; in the sample it only moves forward)', instantOption)
      .option('--params <name|file>', 'parameter set whose metadata filter says which instruments count', 'core_major'),
    reportExit,
    async () => (await import('../commands/signal-regime.ts')).signalRegime,
  );
}

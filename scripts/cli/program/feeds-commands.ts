import type { Command } from 'commander';
import { attachAction, type ReportExit } from '../command.ts';
import { withUrl } from './shared-options.ts';

/** `livepool feeds …`: live market data from outside a worker. */
export function addFeedsCommands(program: Command, reportExit: ReportExit): void {
  const feeds = program.command('feeds').description('live market data: what a worker hears, recordings of it');

  attachAction(
    withUrl(feeds.command('status')).description(
      'books, sockets, polls and recorder of a running worker; exit 0 for OK and degraded, 1 for FAIL',
    ),
    reportExit,
    async () => (await import('../commands/feeds-status.ts')).feedsStatus,
  );
}

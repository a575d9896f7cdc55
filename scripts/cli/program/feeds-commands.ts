import { type Command, Option } from 'commander';
import { RECORDED_FEED_NAMES } from '#shared/market/recording/verify/recorded-feeds.ts';
import { SCENARIO_NAMES } from '#shared/simulator/scenarios.ts';
import { attachAction, type ReportExit } from '../command.ts';
import { instrumentsOption, positiveNumberOption, urlOption } from '../option-parsers.ts';
import { withUrl } from './shared-options.ts';

/** What is recorded when nobody says otherwise. */
const SAMPLE = ['BTC-USD.spot@kraken', 'BTC-USD.perp@krakenfutures', 'BTC-USDT.perp@gate'];

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
  attachAction(
    feeds
      .command('record')
      .description(
        'record raw frames and answers of instruments into a folder: gzip lines and an index for each connection and hour',
      )
      .option('--instruments <list>', 'comma-separated ids', instrumentsOption, SAMPLE)
      .option('--for <seconds>', 'how long (default: until Ctrl-C, which finishes the files)', positiveNumberOption)
      .option('--out <dir>', 'folder of the recording', '.livepool/recordings')
      .addOption(
        new Option('--market <name>', 'the embedded simulator, or the venues themselves')
          .choices(['sim', 'venues'])
          .default('sim'),
      )
      .option('--profile <name>', 'venue policy: us_strict or global', 'us_strict')
      .addOption(new Option('--simulator <url>', 'a running `livepool sim` instead of one of its own').argParser(urlOption))
      .addOption(new Option('--scenario <name>', 'weather of its own simulator').choices(SCENARIO_NAMES).default('calm'))
      .option('--seed <n>', 'seed of its own simulator', '16'),
    reportExit,
    async () => (await import('../commands/feeds-record.ts')).feedsRecord,
    'is kept',
  );
  attachAction(
    feeds
      .command('verify')
      .description('read recordings of raw frames and say what they prove: checksums, sequences, gaps, the first bad line')
      .argument(
        '<file...>',
        'our own recordings or folders of them, `<unix time>: <frame>` text, JSON lines, `<ns> <frame>` lines; plain, gzip, zstd or xz',
      )
      .addOption(new Option('--feed <name>', 'what the frames are of, where they do not tell').choices(RECORDED_FEED_NAMES))
      .addHelpText(
        'after',
        '\nFiles that are named together are one recording: REST books of one file bridge the streams of another. Updates that no REST book\nfits are checked for gaps alone, and said to be.',
      ),
    reportExit,
    async () => (await import('../commands/feeds-verify.ts')).feedsVerify,
  );
}

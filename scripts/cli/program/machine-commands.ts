import { type Command, Option } from 'commander';
import { LIVE_SURFACES } from '#shared/simulator/live/live-instrument.ts';
import { SCENARIO_NAMES } from '#shared/simulator/scenarios.ts';
import { attachAction, type ReportExit } from '../command.ts';
import {
  basesOption,
  countOption,
  dateOption,
  instantOption,
  portOption,
  positiveNumberOption,
  storedSymbolOption,
} from '../option-parsers.ts';
import { withHome, withSite } from './shared-options.ts';

/** `livepool cold|dlq|inspect|sim|keys|doctor`: the machine room. */
export function addMachineCommands(program: Command, reportExit: ReportExit): void {
  addColdCommands(program.command('cold').description('the Parquet cold tier'), reportExit);
  addDlqCommands(program.command('dlq').description('messages that no consumer could use'), reportExit);
  addInspectCommands(program.command('inspect').description('bounded views of this program’s own tree'), reportExit);
  addSimCommand(program.command('sim'), reportExit);
  addKeyCommands(program.command('keys').description('signing keys of this machine'), reportExit);
  attachAction(
    withSite(program.command('doctor')).description(
      'check this machine, or a deployment from outside; say what is wrong and what to do',
    ),
    reportExit,
    async () => (await import('../commands/doctor.ts')).doctor,
  );
}

function addColdCommands(cold: Command, reportExit: ReportExit): void {
  attachAction(
    withColdSite(cold.command('dump'))
      .description('print rows of one table and window')
      .requiredOption('--table <name>', 'for example ohlcv_1d')
      .requiredOption('--from <instant>', 'first instant, UTC', instantOption)
      .requiredOption('--to <instant>', 'end, exclusive, UTC', instantOption)
      .requiredOption('--columns <list>', 'comma-separated')
      .addOption(new Option('--format <form>', 'stored format to read').choices(['parquet', 'csv']).default('parquet'))
      .addOption(new Option('--output <form>', 'form of the rows').choices(['ndjson', 'csv', 'table']).default('ndjson'))
      .option('--as-of <instant>', 'only what was known then', instantOption)
      .option('--limit <n>', 'stop after this many rows', countOption)
      .option('--symbol <symbol>', 'rows of one symbol: BTC-USDT, BTCUSDT, BTC/USDT', storedSymbolOption)
      .option('--validate', 're-check schema, order, duplicates and checksums', false)
      .option('--metadata-only', 'manifests and footers instead of rows', false)
      .option('--stats', 'bytes fetched, requests and skipped groups on stderr', false)
      .option('--allow-gaps', 'tolerate absent partitions', false)
      .option('--force', 'read quarantined partitions', false)
      .addHelpText(
        'after',
        '\nWide windows without few --columns read much. Rows that are staged are among them; they may still be corrected or refused until their partition is sealed.',
      ),
    reportExit,
    async () => (await import('../commands/cold-dump.ts')).coldDump,
  );
  attachAction(
    withColdSite(cold.command('frames'))
      .description('print recorded raw frames of a window, one JSON line each, sealed and staged ones')
      .requiredOption('--from <instant>', 'first instant, UTC', instantOption)
      .requiredOption('--to <instant>', 'end, exclusive, UTC', instantOption)
      .option('--connection <name>', 'only connections whose name begins like this, such as kraken.spot')
      .option('--limit <n>', 'stop after this many lines', countOption),
    reportExit,
    async () => (await import('../commands/cold-frames.ts')).coldFrames,
  );
  attachAction(
    withColdSite(cold.command('compact'))
      .description('seal what the worker staged, partition by partition')
      .option('--table <name>', 'only this table')
      .option('--date <day>', 'only partitions that begin on this day, YYYY-MM-DD', dateOption)
      .option('--now <instant>', 'judge by this time what is over', instantOption)
      .option('--include-open', 'seal partitions that are not over for half an hour, too', false)
      .addHelpText(
        'after',
        '\nCalling it again is harmless: sealed rows are never written twice, corrections become new versions.',
      ),
    reportExit,
    async () => (await import('../commands/cold-compact.ts')).coldCompact,
  );
  attachAction(
    withColdSite(cold.command('verify'))
      .description('read sealed files and compare them with their manifests')
      .option('--table <name>', 'only this table')
      .requiredOption('--from <instant>', 'first instant, UTC', instantOption)
      .requiredOption('--to <instant>', 'end, exclusive, UTC', instantOption),
    reportExit,
    async () => (await import('../commands/cold-verify.ts')).coldVerify,
  );
  attachAction(
    withColdSite(cold.command('publish'))
      .description('send rows of a window again as envelopes with a replay_id: to the topic in --project, else as JSON lines')
      .requiredOption('--table <name>', 'for example trades')
      .requiredOption('--from <instant>', 'first instant, UTC', instantOption)
      .requiredOption('--to <instant>', 'end, exclusive, UTC', instantOption)
      .requiredOption(
        '--topic <name>',
        'with and without a project; begins with replay-: only consumers that name it hear old data',
      )
      .option('--rate <n>', 'envelopes a second (default: as fast as they are taken)', positiveNumberOption)
      .option('--symbol <symbol>', 'rows of one symbol: BTC-USDT, BTCUSDT, BTC/USDT', storedSymbolOption)
      .option('--as-of <instant>', 'only what was known then (default: now)', instantOption)
      .option('--replay-id <id>', 'name of this replay (default: one that the same window always has)')
      .option('--project <id>', 'Google Cloud project of the topic; PIPELINE_PUBSUB_HOST names an emulator')
      .option('--output <file>', 'without a project: file for the lines (default: standard output)'),
    reportExit,
    async () => (await import('../commands/cold-publish.ts')).coldPublish,
    'is kept',
  );
}

function addDlqCommands(dlq: Command, reportExit: ReportExit): void {
  attachAction(
    dlq
      .command('replay')
      .description('send the dead letters of a topic to it again, once each, after a fix')
      .requiredOption('--topic <name>', 'the topic itself, for example md-trades')
      .requiredOption('--reason <text>', 'what was mended; goes into the audit file')
      .requiredOption('--project <id>', 'Google Cloud project; PIPELINE_PUBSUB_HOST names an emulator')
      .option('--by <name>', 'who does it', 'operator')
      .option('--subscription <name>', 'that keeps the dead letters (default: the one that people read)')
      .option('--limit <n>', 'send at most so many', countOption)
      .option('--idle <seconds>', 'it is over when no letter came for so long', positiveNumberOption, 10)
      .option('--audit <file>', 'file to which every replay is written', '.livepool/audit.jsonl'),
    reportExit,
    async () => (await import('../commands/dlq-replay.ts')).dlqReplay,
  );
}

/** The home's cold tier, or one in a folder of its own. */
function withColdSite(command: Command): Command {
  return withHome(command).option('--store <dir>', 'folder of the objects instead of the home’s, for example the worker’s');
}

function addInspectCommands(inspect: Command, reportExit: ReportExit): void {
  attachAction(
    inspect
      .command('tree')
      .description('folders and committed files')
      .argument('[folder]', 'from the root of the tree')
      .option('--depth <n>', 'levels of folders', countOption, 2)
      .option('--limit <n>', 'entries at most', countOption, 200),
    reportExit,
    async () => (await import('../commands/inspect.ts')).inspectTree,
  );
  attachAction(
    inspect
      .command('file')
      .description('lines of one committed file')
      .argument('<path>', 'from the root of the tree')
      .option('--from <n>', 'first line', countOption, 1)
      .option('--lines <n>', 'how many', countOption, 80),
    reportExit,
    async () => (await import('../commands/inspect.ts')).inspectFile,
  );
  attachAction(
    inspect.command('summary').description('files, lines and bytes by folder and kind'),
    reportExit,
    async () => (await import('../commands/inspect.ts')).inspectSummary,
  );
}

function addSimCommand(sim: Command, reportExit: ReportExit): void {
  attachAction(
    sim
      .description('run the simulator until Ctrl-C: REST and streams of Kraken, Kraken Futures and Gate over one live market')
      .option('--port <n>', 'port on loopback; 0 picks a free one', portOption, 7080)
      .option('--seed <n>', 'seed of the market', '16')
      .addOption(new Option('--scenario <name>', 'weather, and what goes wrong in it').choices(SCENARIO_NAMES).default('calm'))
      .option('--symbols <list>', 'bases with live books, such as BTC,ETH,SOL (default: 30 of them)', basesOption)
      .addOption(
        new Option('--clock <kind>', 'market time: this machine’s, the sample market’s, or moved by requests only')
          .choices(['wall', 'sample', 'virtual'])
          .default('sample'),
      )
      .option('--now <instant>', 'market time at the start', instantOption)
      .option('--speed <n>', 'seconds of market time in a second', positiveNumberOption, 1)
      .option('--control', 'serve /__sim/ as well: faults, clock, log, ledger, true books', false)
      .option('--replay <file...>', 'serve recordings behind the same sockets instead of a market; only --port and --speed count')
      .addOption(
        new Option('--surface <name>', 'with --replay: what recordings are of that do not say it').choices(LIVE_SURFACES),
      )
      .addHelpText(
        'after',
        '\nA client in another process that looks at its own clock wants --clock wall.\nWith --control something goes wrong on request: POST {"kind":"gap","surface":"kraken_spot"} to /__sim/fault.',
      ),
    reportExit,
    async () => (await import('../commands/sim.ts')).sim,
    'is over',
  );
}

function addKeyCommands(keys: Command, reportExit: ReportExit): void {
  attachAction(
    withHome(keys.command('generate')).description('make a new signing key; the old public key stays trusted'),
    reportExit,
    async () => (await import('../commands/keys.ts')).keysGenerate,
  );
  attachAction(
    withHome(keys.command('trust')).description('put the public half of the signing key back among the trusted keys'),
    reportExit,
    async () => (await import('../commands/keys.ts')).keysTrust,
  );
  attachAction(
    withHome(keys.command('show')).description('key ids and public keys that readers pin'),
    reportExit,
    async () => (await import('../commands/keys.ts')).keysShow,
  );
}

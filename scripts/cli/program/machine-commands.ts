import { type Command, Option } from 'commander';
import { attachAction, type ReportExit } from '../command.ts';
import { countOption, instantOption, portOption, storedSymbolOption } from '../option-parsers.ts';
import { withHome } from './shared-options.ts';

/** `livepool cold|sim|keys|doctor`: the machine room. */
export function addMachineCommands(program: Command, reportExit: ReportExit): void {
  addColdCommands(program.command('cold').description('the Parquet cold tier'), reportExit);
  attachAction(
    program
      .command('sim')
      .description('run the sample exchange until Ctrl-C')
      .option('--port <n>', 'port on loopback; 0 picks a free one', portOption, 7080)
      .option('--seed <n>', 'seed of the market', '16')
      .option('--now <instant>', 'the market’s own time', instantOption),
    reportExit,
    async () => (await import('../commands/sim.ts')).sim,
  );

  addKeyCommands(program.command('keys').description('signing keys of this machine'), reportExit);
  attachAction(
    withHome(program.command('doctor')).description(
      'check runtime, home, keys, stores and the published release; say what to do',
    ),
    reportExit,
    async () => (await import('../commands/doctor.ts')).doctor,
  );
}

function addColdCommands(cold: Command, reportExit: ReportExit): void {
  attachAction(
    withHome(cold.command('dump'))
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
        '\nWide windows without few --columns read much. Staged rows may still gain duplicates until their partition is sealed.',
      ),
    reportExit,
    async () => (await import('../commands/cold-dump.ts')).coldDump,
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

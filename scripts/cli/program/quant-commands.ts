import { type Command, Option } from 'commander';
import { timeframeNames } from '#shared/contracts/quant-params.ts';
import { attachAction, type ReportExit } from '../command.ts';
import { instantOption, quantSymbolOption } from '../option-parsers.ts';

/** `livepool quant …`: what the quant engine committed, and how it came to it. */
export function addQuantCommands(program: Command, reportExit: ReportExit): void {
  const quant = program.command('quant').description('what the quant engine says of the market, and why');

  attachAction(
    quant
      .command('explain')
      .description('say why a symbol’s score is what it is: inputs, contributions, what is missing, the hash over its inputs')
      .argument('<symbol>', 'such as BTC-USD', quantSymbolOption)
      .option('--at <instant>', 'the newest tick at or before this instant (default: the newest)', instantOption)
      .addOption(new Option('--timeframe <name>', 'timeframe of the row').choices(timeframeNames.options).default('1m'))
      .addOption(dataOption()),
    reportExit,
    async () => (await import('../commands/quant-explain.ts')).quantExplain,
  );

  attachAction(
    quant
      .command('replay')
      .description('run recordings of the engine’s input again, and compare every tick with what the worker committed')
      .argument('<recording...>', 'files quant-*.ndjson.gz of the worker’s recording folder')
      .option('--hash', 'print only the rolling hash of each', false)
      .option('--until <instant>', 'leave out ticks after this instant', instantOption)
      .option('--output <file>', 'write the rows of quant_summary there, one JSON document a line'),
    reportExit,
    async () => (await import('../commands/quant-replay.ts')).quantReplay,
  );
}

function dataOption(): Option {
  return new Option('--data <dir>', 'folder in which the worker keeps what it knows')
    .default('.livepool/worker')
    .env('PIPELINE_DATA_FOLDER');
}

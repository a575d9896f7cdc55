// One live build in a process of its own, so that its peak memory is its own: `golden`, or a synthetic market of N symbols × D days.
// Prints one line of JSON. CPU time is from candles in memory to the final rank and its explanation, trees included.
import { readCandleFolder } from '#shared/adapters/csv/candle-folder.ts';
import { readInstrumentsFile } from '#shared/adapters/csv/instruments-file.ts';
import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { decidePool } from '#shared/pipeline/decide-pool.ts';
import { goldenPath } from './golden-build.ts';
import { measured, peakMemoryMb } from './measured.ts';
import { syntheticMarket } from './synthetic-market.ts';

const [kind = 'golden', symbols = '62', days = '1826'] = process.argv.slice(2);
const market = kind === 'golden' ? await goldenMarket() : syntheticMarket(Number(symbols), Number(days));
const params = loadPoolParams('core_major');
if (!params.ok) throw new Error(params.error.map(({ message }) => message).join('; '));

const rows = market.candles.reduce((sum, { day }) => sum + day.length, 0);
const input = {
  params: params.value,
  candles: market.candles,
  metadata: [{ knownFrom: market.asOf, instruments: market.instruments }],
  asOf: market.asOf,
  source: 'recorded',
  inputs: [],
};
const { value, cpuMs, wallMs } = await measured(() => decidePool(input));
if (!value.ok) throw new Error(value.error.map(({ message }) => message).join('; '));
const trainRows = value.value.panel.training.rowCount;
process.stdout.write(`${JSON.stringify({ rows, trainRows, cpuMs, wallMs, peakMb: peakMemoryMb() })}\n`);

async function goldenMarket() {
  const folder = goldenPath('input/raw');
  const list = goldenPath('input/symbol_metadata.csv');
  if (folder === undefined || list === undefined) throw new Error('the golden set is not there');
  const { series } = await readCandleFolder(folder, { invalidRows: 'quarantine' });
  const { instruments } = await readInstrumentsFile(list);
  return { candles: series, instruments, asOf: parseDay('2026-10-31')! };
}

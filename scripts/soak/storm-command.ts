import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { SCENARIO_NAMES, type ScenarioName } from '#shared/simulator/scenarios.ts';
import { listedBases } from '../../test/soak/listed-bases.ts';
import { runStorm } from '../../test/soak/run-storm.ts';
import { socketLine } from '../../test/soak/socket-line.ts';
import type { StormFigures } from '../../test/soak/storm-figures.ts';
import { commitText } from './commit-text.ts';
import { aboveZero, SOAK_EXIT_CODES, type Stoppable, stoppable } from './soak-options.ts';
import { stormPage, stormText } from './storm-text.ts';

interface Options {
  readonly hours: number;
  readonly seed: readonly number[];
  readonly scenario: ScenarioName;
  readonly symbols: number;
  readonly levels: number;
  readonly only?: LiveSurface;
  readonly sockets?: true;
  readonly speed: number;
  readonly json?: true;
  readonly write?: string;
}

const HOUR_MS = 3_600_000;
const HEAP_SAMPLES = 25;
const DEFAULT_SEEDS: readonly number[] = [7];

/** The market feeds in a storm of the simulator, judged by the simulator's own books. */
export function stormCommand(): Command {
  return new Command('storm')
    .description(
      'The market feeds in a storm of the simulator: every book that a client calls live is held against the true one.',
    )
    .option('--hours <n>', 'simulated time', aboveZero, 1)
    .option('--seed <n...>', 'seed of market, faults and jitter; several run one after the other', seeds, DEFAULT_SEEDS)
    .addOption(new Option('--scenario <name>', 'weather').choices(SCENARIO_NAMES).default('storm'))
    .option('--symbols <n>', 'bases, each on every venue', aboveZero, 4)
    .option('--levels <n>', 'levels a side of a usual book', aboveZero, 400)
    .addOption(new Option('--only <surface>', 'books of one surface').choices(LIVE_SURFACES))
    .option('--sockets', 'over HTTP and WebSockets on loopback and the machine’s clock instead of in memory')
    .option('--speed <n>', 'with --sockets: seconds of market time in a second', aboveZero, 10)
    .option('--json', 'figures as JSON on stdout')
    .option('--write <file>', 'also writes the figures as a page of the documentation')
    .addHelpText('after', SOAK_EXIT_CODES)
    .action((options: Options) => stoppable((stop) => storm(options, stop)));
}

async function storm(options: Options, stop: Stoppable): Promise<number> {
  const runs: StormFigures[] = [];
  for (const seed of options.seed) {
    if (stop.signal.aborted) break;
    const figures = await oneStorm(String(seed), options, stop);
    runs.push(figures);
    if (options.json !== true) process.stdout.write(stormText(figures));
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`);
  if (options.write !== undefined) writeFileSync(options.write, stormPage(runs, commitText()));
  return runs.reduce((sum, { found }) => sum + found.length, 0);
}

function oneStorm(seed: string, options: Options, stop: Stoppable): Promise<StormFigures> {
  const { hours, scenario, symbols, levels, only, sockets, speed } = options;
  return runStorm({
    seed,
    durationMs: Math.round(hours * HOUR_MS),
    bases: listedBases(seed, symbols),
    levels,
    scenario,
    surfaces: only === undefined ? LIVE_SURFACES : [only],
    ...(sockets === true && { line: (simulator, events) => socketLine(simulator, events, speed) }),
    heapSamples: HEAP_SAMPLES,
    ...stop,
  });
}

/** Each seed of a list, as the options come. */
function seeds(text: string, before: readonly number[] | undefined): readonly number[] {
  const isFirst = before === DEFAULT_SEEDS || before === undefined;
  return [...(isFirst ? [] : before), aboveZero(text)];
}

import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { SCENARIO_NAMES, type ScenarioName } from '#shared/simulator/scenarios.ts';
import { listedBases } from '../../test/soak/listed-bases.ts';
import { runStorm } from '../../test/soak/run-storm.ts';
import { socketLine } from '../../test/soak/socket-line.ts';
import { commitText } from './commit-text.ts';
import { aboveZero, SOAK_EXIT_CODES, type Stoppable, stoppable } from './soak-options.ts';
import { stormPage, stormText } from './storm-text.ts';

interface Options {
  readonly hours: number;
  readonly seed: number;
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

/** The market feeds in a storm of the simulator, judged by the simulator's own books. */
export function stormCommand(): Command {
  return new Command('storm')
    .description(
      'The market feeds in a storm of the simulator: every book that a client calls live is held against the true one.',
    )
    .option('--hours <n>', 'simulated time', aboveZero, 1)
    .option('--seed <n>', 'seed of market, faults and jitter', aboveZero, 7)
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
  const { hours, seed, scenario, symbols, levels, only, sockets, speed } = options;
  const bases = listedBases(String(seed), symbols);
  const figures = await runStorm({
    seed: String(seed),
    durationMs: Math.round(hours * HOUR_MS),
    bases,
    levels,
    scenario,
    surfaces: only === undefined ? LIVE_SURFACES : [only],
    ...(sockets === true && { line: (simulator, events) => socketLine(simulator, events, speed) }),
    heapSamples: HEAP_SAMPLES,
    ...stop,
  });
  process.stdout.write(options.json === true ? `${JSON.stringify(figures, null, 2)}\n` : stormText(figures));
  if (options.write !== undefined) writeFileSync(options.write, stormPage(figures, commitText()));
  return figures.found.length;
}

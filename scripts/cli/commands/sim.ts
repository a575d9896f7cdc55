import { once } from 'node:events';
import { type RunningSimulator, type SimulatorOptions, startSimulator } from '#shared/adapters/simulator/start-simulator.ts';
import { DEFAULT_NOW_MS } from '#shared/simulator/market/sample-market.ts';
import type { ScenarioName } from '#shared/simulator/scenarios.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, succeed } from '../outcome.ts';

export interface SimOptions {
  readonly port: number;
  readonly seed: string;
  /** Market time at the start; absent = the sample market's. */
  readonly now: number | undefined;
  readonly scenario: ScenarioName;
  readonly symbols: readonly string[] | undefined;
  readonly clock: 'wall' | 'virtual' | 'sample';
  readonly speed: number;
  readonly control: boolean;
}

/**
 * Runs the simulator in the foreground: REST and streams of the venues over one live market. The ready line names the urls, the
 * last one the hash of everything that was asked.
 */
export async function sim({ terminal, signal }: CommandContext, options: SimOptions): Promise<CommandResult> {
  const simulator = await startSimulator(simulatorOptions(options));
  try {
    const ready = { url: simulator.url, ...simulator.restUrls, streams: simulator.streamUrls };
    terminal.note(readyText(simulator, options.scenario));
    if (!signal.aborted) await once(signal, 'abort');
    const [hash, faults] = [simulator.eventLogHash(), simulator.faultLog().length];
    return succeed({ ok: true, ...ready, event_log_sha256: hash, faults }, `event log ${hash}`);
  } finally {
    await simulator.close();
  }
}

/** `sample` = the sample market's time, going by itself. */
function simulatorOptions({ now, symbols, clock, ...rest }: SimOptions): SimulatorOptions {
  const nowMs = now ?? (clock === 'wall' ? undefined : DEFAULT_NOW_MS);
  return {
    ...rest,
    clock: clock === 'virtual' ? 'virtual' : 'wall',
    ...(nowMs === undefined ? {} : { nowMs }),
    ...(symbols === undefined ? {} : { symbols }),
  };
}

function readyText(simulator: RunningSimulator, scenario: ScenarioName): string {
  const { url, restUrls, streamUrls } = simulator;
  const rows = [
    ['kraken', restUrls.kraken, streamUrls.kraken_spot],
    ['krakenfutures', restUrls.krakenfutures, streamUrls.kraken_futures],
    ['gate', `${restUrls.gate}/api/v4`, streamUrls.gate_spot],
    ['gate futures', `${restUrls.gate}/api/v4`, streamUrls.gate_futures],
  ];
  const lines = rows.map(([venue = '', rest = '', stream = '']) => `  ${venue.padEnd(14)}${rest.padEnd(42)}${stream}`);
  return [
    `simulator ready at ${url} (scenario ${scenario}, market time ${new Date(simulator.nowMs()).toISOString()})`,
    ...lines,
    'Ctrl-C stops it.',
  ].join('\n');
}

import { once } from 'node:events';
import { loadReplay } from '#shared/adapters/simulator/load-replay.ts';
import { startReplay } from '#shared/adapters/simulator/start-replay.ts';
import { type RunningSimulator, type SimulatorOptions, startSimulator } from '#shared/adapters/simulator/start-simulator.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
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
  /** Recordings to serve instead of a market. */
  readonly replay?: readonly string[];
  readonly surface?: LiveSurface;
}

/**
 * Runs the simulator in the foreground: REST and streams of the venues over one live market, or recordings in their place. The ready
 * line names the urls, the last one the hash of everything that was asked.
 */
export function sim(context: CommandContext, options: SimOptions): Promise<CommandResult> {
  return options.replay === undefined ? liveSim(context, options) : replaySim(context, options, options.replay);
}

async function replaySim(
  { terminal, signal }: CommandContext,
  { port, speed, surface }: SimOptions,
  files: readonly string[],
): Promise<CommandResult> {
  const replay = await startReplay(loadReplay(files, surface ?? null), { port, speed });
  try {
    const { url, streamUrls } = replay;
    const lines = Object.entries(streamUrls).map(([name, stream]) => `  ${name.padEnd(16)}${stream}`);
    const begin = `recordings ready at ${url} (recorded time ${new Date(replay.nowMs()).toISOString()})`;
    terminal.note([begin, ...lines, 'Ctrl-C stops it.'].join('\n'));
    if (!signal.aborted) await once(signal, 'abort');
    const hash = replay.eventLogHash();
    return succeed({ ok: true, url, streams: streamUrls, event_log_sha256: hash }, `event log ${hash}`);
  } finally {
    await replay.close();
  }
}

async function liveSim({ terminal, signal }: CommandContext, options: SimOptions): Promise<CommandResult> {
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
function simulatorOptions({ now, symbols, clock, replay: _none, surface: _any, ...rest }: SimOptions): SimulatorOptions {
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

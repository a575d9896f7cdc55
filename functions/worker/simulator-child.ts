import { type RunningSimulator, startSimulator } from '#shared/adapters/simulator/start-simulator.ts';
import type { ScenarioName } from '#shared/simulator/scenarios.ts';

/** What the worker tells its simulator to be, as the one argument of the child process. */
export interface SimulatorOrder {
  readonly port: number;
  readonly scenario: ScenarioName;
  /** Bases with live books. */
  readonly symbols: readonly string[];
}

/** What the child says when it listens. */
export interface SimulatorReady {
  readonly url: string;
  readonly port: number;
}

/**
 * Life of the child process: listens, says where, and ends with its parent. Its market goes by this machine's time. SIGINT of a
 * terminal reaches it too, but only the worker decides when it ends.
 */
export async function simulatorChild(order: SimulatorOrder): Promise<void> {
  const simulator = await startSimulator(order);
  const end = (): void => void close(simulator);
  process.on('SIGTERM', end);
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.on('disconnect', end);
  const ready: SimulatorReady = { url: simulator.url, port: Number(new URL(simulator.url).port) };
  process.send?.(ready);
}

async function close(simulator: RunningSimulator): Promise<void> {
  await simulator.close();
  process.exit(0);
}

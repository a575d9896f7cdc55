import { LiveSimulator, type LiveSimulatorOptions } from './live-simulator.ts';
import type { ScenarioName } from './scenarios.ts';

const SERVICE_RESTART = 1012;

/** A simulator that can begin anew behind the same sockets, as drills ask for. */
export class RestartableSimulator {
  readonly #options: LiveSimulatorOptions & { readonly nowMs: number };
  #current: LiveSimulator;

  constructor(options: LiveSimulatorOptions & { readonly nowMs: number }) {
    this.#options = options;
    this.#current = new LiveSimulator(options);
  }

  /** The one that answers now. */
  get current(): LiveSimulator {
    return this.#current;
  }

  /** Another weather from the present market time on: a new market of the same seed, every stream ended, faults and log forgotten. */
  changeScenario(scenario: ScenarioName): void {
    this.#restart({ ...this.#options, scenario, nowMs: this.#current.nowMs });
  }

  /** As it was started; at the present market time when time goes by itself, since clients' clocks do not go back. */
  reset(keepsTime: boolean): void {
    this.#restart({ ...this.#options, nowMs: keepsTime ? this.#current.nowMs : this.#options.nowMs });
  }

  #restart(options: LiveSimulatorOptions): void {
    const next = new LiveSimulator(options);
    for (const connection of this.#current.connections) connection.drop(SERVICE_RESTART, 'restart');
    this.#current = next;
  }
}

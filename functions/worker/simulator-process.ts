import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Component } from '#shared/supervision/component.ts';
import type { SimulatorOrder, SimulatorReady } from './simulator-child.ts';

/** First argument of the entry point when it is to be the simulator. */
export const SIMULATOR_ARGUMENT = 'simulator';

export interface SimulatorProcessOptions {
  /** The worker's entry point, which is the child's too. */
  readonly entry: string;
  readonly order: Omit<SimulatorOrder, 'port'>;
}

/** What the child may take to end by itself. */
const END_WITHIN_MS = 1_000;

/** The worker's own simulator in a child process; when it dies it is started again at the same address. */
export class SimulatorProcess implements Component {
  readonly name = 'simulator';
  readonly #clock: Clock;
  readonly #options: SimulatorProcessOptions;
  readonly #first = Promise.withResolvers<string>();
  #port = 0;
  #readyMs: number | null = null;
  #pid: number | null = null;

  constructor(clock: Clock, options: SimulatorProcessOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Base URL once it has listened for the first time; it stays the same. */
  get url(): Promise<string> {
    return this.#first.promise;
  }

  async run(signal: AbortSignal): Promise<void> {
    const order: SimulatorOrder = { ...this.#options.order, port: this.#port };
    const child = fork(this.#options.entry, [SIMULATOR_ARGUMENT, JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#pid = child.pid ?? null;
    const gone = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    child.on('message', (ready: SimulatorReady) => this.#listens(ready));
    const stopped = new Promise<'stopped'>((resolve) => {
      signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const end = await Promise.race([gone, stopped]);
    if (end === 'stopped') return this.#end(child, gone);
    const [code, killer] = end;
    throw new LivepoolError('COMPONENT_ENDED', 'transient', `the simulator ended with ${killer ?? `code ${code}`}`);
  }

  health() {
    return { progressMs: this.#readyMs, measured: { pid: this.#pid }, findings: [] };
  }

  #listens({ url, port }: SimulatorReady): void {
    this.#port = port;
    this.#readyMs = this.#clock.nowMs();
    this.#first.resolve(url);
  }

  async #end(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
    child.kill('SIGTERM');
    const late = this.#clock.sleep(END_WITHIN_MS).then(() => child.kill('SIGKILL'));
    await Promise.race([gone, late]);
  }
}

import { LivepoolError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Component, ComponentFacts, ComponentName } from './component.ts';
import { newRestartState, type RestartEvent, type RestartParams, type RestartState, stepRestart } from './restart-state.ts';

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SupervisorOptions {
  readonly params: RestartParams;
  /** Started in this order. */
  readonly components: readonly Component[];
  /** Stopped in these stages, each after the one before has ended; what is named nowhere goes with the first. */
  readonly stopStages: readonly (readonly ComponentName[])[];
}

/** A component and how it is doing. */
export interface SupervisedFacts {
  readonly name: ComponentName;
  readonly state: RestartState;
  /** Code of the error that it crashed with last. */
  readonly lastError: string | null;
  readonly facts: ComponentFacts | null;
}

interface Child {
  readonly component: Component;
  state: RestartState;
  lastError: string | null;
  /** The run that is under way, what ends it, and when all about it is booked. */
  run: { readonly abort: AbortController; readonly booked: Promise<void> } | null;
  /** Ends the wait for the next start. */
  wake: () => void;
}

/**
 * Runs components side by side and starts a crashed one again after its back-off, without touching the others. The state machine
 * in `restart-state.ts` decides; this only keeps time.
 */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #options: SupervisorOptions;
  readonly #children: readonly Child[];

  constructor(deps: SupervisorDeps, options: SupervisorOptions) {
    this.#deps = deps;
    this.#options = options;
    const nowMs = deps.clock.nowMs();
    this.#children = options.components.map((component) => {
      return { component, state: newRestartState(nowMs), lastError: null, run: null, wake: () => undefined };
    });
  }

  /** Runs everything; resolves when `signal` aborted and every component has ended, or had its time to. */
  async run(signal: AbortSignal): Promise<void> {
    const lives = this.#children.map((child) => this.#live(child, signal));
    await aborted(signal);
    await this.#stop();
    await Promise.race([Promise.all(lives), this.#patience()]);
  }

  /** Ends a component; resolves when its run has ended and everything is flushed. It stays down until `begin`. */
  async halt(name: ComponentName): Promise<void> {
    const { run } = this.#childOf(name);
    run?.abort.abort();
    await run?.booked;
  }

  /** Begins a halted or failed component anew; its past crashes do not count any more. */
  begin(name: ComponentName): void {
    const child = this.#childOf(name);
    this.#step(child, 'recover');
    child.wake();
  }

  facts(nowMs: number): readonly SupervisedFacts[] {
    return this.#children.map(({ component, state, lastError }) => {
      return { name: component.name, state, lastError, facts: component.health?.(nowMs) ?? null };
    });
  }

  #childOf(name: ComponentName): Child {
    const child = this.#children.find(({ component }) => component.name === name);
    if (child !== undefined) return child;
    throw new LivepoolError('INVARIANT', 'bug', `there is no component ${name} here`);
  }

  /** One component from start to stop: it waits, runs, crashes, waits … */
  async #live(child: Child, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = (child.state.dueMs ?? Infinity) - this.#deps.clock.nowMs();
      if (waitMs > 0) await this.#wait(child, waitMs, signal);
      else await this.#runOnce(child);
    }
  }

  /** Until the time has come, somebody wakes it, or all is over. */
  async #wait(child: Child, waitMs: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    child.wake = () => woken.abort();
    const either = AbortSignal.any([signal, woken.signal]);
    if (waitMs === Infinity) await aborted(either);
    else await this.#deps.clock.sleep(waitMs, either).catch(() => undefined);
  }

  async #runOnce(child: Child): Promise<void> {
    const { logger } = this.#deps;
    const { name } = child.component;
    const abort = new AbortController();
    const { promise: booked, resolve } = Promise.withResolvers<void>();
    this.#step(child, 'started');
    logger.info('component.started', { component: name, attempt: child.state.attempt });
    child.run = { abort, booked };
    const error = await begun(child.component, abort.signal).then(
      () => (abort.signal.aborted ? null : new LivepoolError('COMPONENT_ENDED', 'transient', `${name} ended by itself`)),
      (thrown: unknown) => thrown,
    );
    if (abort.signal.aborted) this.#stopped(child, error === abort.signal.reason ? null : error);
    else this.#crashed(child, error);
    child.run = null;
    resolve();
  }

  /** What it could not finish when it was asked to end is worth a line, and no more. */
  #stopped(child: Child, error: unknown): void {
    this.#step(child, 'stopped');
    const { name } = child.component;
    if (error !== null) this.#deps.logger.error('component.stop_failed', { component: name, ...wordsOf(error) });
    else this.#deps.logger.info('component.stopped', { component: name });
  }

  #crashed(child: Child, error: unknown): void {
    const { logger, clock } = this.#deps;
    this.#step(child, 'crashed');
    const { component, state } = child;
    const words = { component: component.name, ...wordsOf(error), crashes_total: state.crashesTotal };
    child.lastError = wordsOf(error).code;
    if (state.phase === 'failed') logger.error('component.failed', words);
    else logger.warn('component.crashed', { ...words, retry_ms: (state.dueMs ?? 0) - clock.nowMs() });
  }

  #step(child: Child, type: RestartEvent['type']): void {
    child.state = stepRestart(this.#options.params, child.state, { type, atMs: this.#deps.clock.nowMs() });
  }

  /** Stage by stage; a component that takes too long is left behind, so that those after it still get their turn. */
  async #stop(): Promise<void> {
    const { stopStages, components } = this.#options;
    const named = new Set(stopStages.flat());
    const rest = components.map(({ name }) => name).filter((name) => !named.has(name));
    for (const [index, stage] of (stopStages.length === 0 ? [[]] : stopStages).entries()) {
      const names = new Set(index === 0 ? [...stage, ...rest] : stage);
      await this.#stopStage(this.#children.filter(({ component }) => names.has(component.name)));
    }
  }

  async #stopStage(children: readonly Child[]): Promise<void> {
    const running = children.filter(({ run }) => run !== null);
    for (const { run } of running) run?.abort.abort();
    const ended = Promise.all(running.map(({ run }) => run?.booked ?? Promise.resolve()));
    await Promise.race([ended, this.#patience()]);
    const late = running.filter(({ run }) => run !== null).map(({ component }) => component.name);
    if (late.length > 0) this.#deps.logger.error('component.stop_overdue', { components: late.join(',') });
  }

  async #patience(): Promise<void> {
    await this.#deps.clock.sleep(this.#options.params.stop_stage_ms);
  }
}

/** Also one that throws before it returns a promise is a crash of its own only. */
async function begun(component: Component, signal: AbortSignal): Promise<void> {
  await component.run(signal);
}

function wordsOf(error: unknown): { readonly code: string; readonly message: string; readonly stack_trace: string } {
  const code = error instanceof LivepoolError ? error.code : 'UNEXPECTED';
  if (!(error instanceof Error)) return { code, message: String(error), stack_trace: '' };
  return { code, message: error.message, stack_trace: error.stack ?? '' };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

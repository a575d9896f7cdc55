import type { RegimeTransition } from '#shared/contracts/quant-stream.ts';
import type { RegimeParams } from '#shared/contracts/regime-params.ts';
import type { RegimeState } from '#shared/contracts/regime-snapshot.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { RegimeBoard } from '#shared/quant/api/quant-board.ts';
import { parseBoundary } from '#shared/signals/regime/boundary.ts';
import { heardRegimes, keepRegime } from '#shared/signals/regime/heard-regimes.ts';
import { regimeInForce } from '#shared/signals/regime/regime-in-force.ts';
import { regimeTransitions, transitionTo } from '#shared/signals/regime/regime-transitions.ts';
import type { Component, ComponentFacts } from '#shared/supervision/component.ts';
import type { RegimeSource } from './regime-source.ts';

export interface RegimeWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The worker's own documents. */
  readonly documents: DocumentStore;
  readonly source: RegimeSource;
  readonly params: Pick<RegimeParams, 'stale_after_valid_min'>;
  /** What is older is neither kept nor shown. */
  readonly keptForMs: () => number;
  /** Told of a newer boundary with another regime; must not throw. */
  readonly onTransition: (transition: RegimeTransition) => void;
}

/** How often it looks for what another worker heard: a message comes to one of them alone. */
const LOOK_EVERY_MS = 60_000;

/** After a store or a source that did not answer. */
const AGAIN_AFTER_MS = 5_000;

/**
 * What the worker knows of the market's regime: everything that its source says, kept in its own documents, because it may not read
 * those of the pipeline (operations spec §4). Regimes are judged elsewhere; nothing here feeds a score.
 */
export class RegimeWatch implements Component, RegimeBoard {
  readonly name = 'regime_watch';
  readonly #deps: RegimeWatchDeps;
  /** By boundary, oldest first; null before the first look. */
  #states: readonly RegimeState[] | null = null;
  #heardMs: number | null = null;

  constructor(deps: RegimeWatchDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    while (!(await this.#lookPatiently())) if (!(await this.#slept(AGAIN_AFTER_MS, signal))) return;
    const parts = [this.#hear(either), this.#keepLooking(either)];
    // One that crashes takes the other with it, and nothing is left behind.
    const settled = await Promise.allSettled(parts.map((part) => part.finally(() => ended.abort())));
    for (const each of settled) if (each.status === 'rejected') throw each.reason;
  }

  health(nowMs: number): ComponentFacts {
    const newest = this.states().at(-1);
    const ageMs = newest === undefined ? null : nowMs - parseBoundary(newest.boundary);
    return { progressMs: this.#heardMs, measured: { regimes: this.states().length, regime_age_ms: ageMs }, findings: [] };
  }

  states(): readonly RegimeState[] {
    return this.#states ?? [];
  }

  transitions(): readonly RegimeTransition[] {
    return regimeTransitions(this.states());
  }

  inForce(nowMs: number) {
    const { regime, fallback } = regimeInForce(this.states(), nowMs, this.#deps.params);
    return { regime, fallback, state: this.states().at(-1) ?? null };
  }

  /** What the source says; one that fails in passing is heard again. */
  async #hear(signal: AbortSignal): Promise<void> {
    const { source } = this.#deps;
    const hear = () => source.run((state, isNews) => this.#keep(state, isNews), signal);
    while (!(await this.#patiently(hear))) if (!(await this.#slept(AGAIN_AFTER_MS, signal))) return;
  }

  async #keepLooking(signal: AbortSignal): Promise<void> {
    while (await this.#slept(LOOK_EVERY_MS, signal)) await this.#lookPatiently();
  }

  #lookPatiently(): Promise<boolean> {
    return this.#patiently(() => this.#look());
  }

  /** False for a failure that may pass. */
  async #patiently(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
      this.#deps.logger.warn('regime.look_failed', { code: error.code, message: error.message });
      return false;
    }
  }

  /** False when `signal` aborted. */
  async #slept(ms: number, signal: AbortSignal): Promise<boolean> {
    await this.#deps.clock.sleep(ms, signal).catch(() => undefined);
    return !signal.aborted;
  }

  /** Takes in what the documents say beyond what is known, and forgets what is too old. */
  async #look(): Promise<void> {
    const { clock, documents, keptForMs } = this.#deps;
    const isNews = this.#states !== null;
    const states = await heardRegimes(documents, this.states().at(-1)?.boundary);
    this.#learn(states, isNews);
    const since = clock.nowMs() - keptForMs();
    this.#states = this.states().filter(({ boundary }) => parseBoundary(boundary) >= since);
  }

  async #keep(state: RegimeState, isNews: boolean): Promise<void> {
    const { clock, documents, keptForMs } = this.#deps;
    if (this.states().some(({ boundary }) => boundary === state.boundary)) return;
    const nowMs = clock.nowMs();
    const isNew = await keepRegime(documents, state, { nowMs, keptForMs: keptForMs() });
    if (!isNew) return;
    this.#heardMs = nowMs;
    this.#learn([state], isNews);
  }

  /** A boundary is known once; one that comes late takes its place in the past and is told to nobody. */
  #learn(states: readonly RegimeState[], isNews: boolean): void {
    const known = new Set(this.states().map(({ boundary }) => boundary));
    const fresh = states.filter(({ boundary }) => !known.has(boundary));
    const newest = this.states().at(-1);
    this.#states = [...this.states(), ...fresh].sort((a, b) => (a.boundary < b.boundary ? -1 : 1));
    if (!isNews) return;
    const later = this.#states.filter(({ boundary }) => newest === undefined || boundary > newest.boundary);
    for (const [at, state] of later.entries()) {
      for (const transition of transitionTo(later[at - 1] ?? newest, state)) this.#deps.onTransition(transition);
    }
  }
}

import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { QuantParams } from '../../contracts/quant-params.ts';
import type { QuantLightRow } from '../../contracts/quant-stream.ts';
import { LivepoolError } from '../../core/errors.ts';
import { EventQueue } from '../../market/feed/event-queue.ts';
import type { QuantRecorder } from '../../ports/quant-recorder.ts';
import type { QuantLease } from '../../ports/quant-store.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';
import { liveRows } from '../api/live-rows.ts';
import type { QuantUniverse } from '../universe.ts';
import { type CommitDeps, commitPatiently, slept } from './commit-retry.ts';
import { type EngineFacts, engineFindings } from './engine-facts.ts';
import { leaseTtlMs, STANDBY_POLL_MS } from './lease-terms.ts';
import { QuantSession } from './quant-session.ts';
import type { PreparedTick } from './tick-commit.ts';
import { dueTickTs, nextTickTs } from './tick-times.ts';
import { TickWatch } from './tick-watch.ts';

/** Events that wait while there is no engine yet: the histories that feeds send once at their start must fit. */
const MOST_WAITING = 100_000;

const LIGHT_MS = 5_000;

export interface QuantTickerOptions {
  readonly params: QuantParams;
  /** Thresholds of alerts in force, where they are not those of `params`. */
  readonly alertLimits?: () => QuantParams['alerts'];
  /** What is followed, waited for at every start; rejects when `signal` aborts first. */
  readonly universe: (signal: AbortSignal) => Promise<QuantUniverse>;
  /** Keeps what the engine hears, to be run again; absent keeps nothing. */
  readonly recorder?: QuantRecorder;
  /** Who asks for the lease; unique to this process. */
  readonly holder: string;
}

/** Who is told what; called in the turn in which it happened, and must not throw. */
export interface QuantTickerListeners {
  /** A tick is in the store. */
  readonly onCommitted: (session: QuantSession, tick: PreparedTick) => void;
  /** What moves between ticks, every five seconds. */
  readonly onLight: (rows: readonly QuantLightRow[], nowMs: number) => void;
}

/**
 * Drives the quant engine in real time (quant spec §6): ticks at multiples of `tick_ms` of the clock, each committed whole before
 * the next one is computed. A tick that comes due meanwhile, or while the process was stopped, is skipped and counted, never made
 * up. Without the lease it stands by. `run` fails with QUANT_LEASE_LOST when another worker has taken over.
 */
export class QuantTicker implements Component {
  readonly name = 'quant_engine';
  readonly #deps: CommitDeps;
  readonly #options: QuantTickerOptions;
  readonly #listeners: QuantTickerListeners;
  readonly #watch: TickWatch;
  #waiting = new EventQueue(MOST_WAITING);
  #session: QuantSession | null = null;
  #token: number | null = null;

  constructor(deps: CommitDeps, options: QuantTickerOptions, listeners: QuantTickerListeners) {
    this.#deps = deps;
    this.#options = options;
    this.#listeners = listeners;
    this.#watch = new TickWatch(options.params.tick_ms);
  }

  /** Takes a market event; given to the feeds' fan-out as a tap. */
  readonly onEvent = (event: MarketEvent): void => {
    if (this.#session === null) this.#waiting.push(event);
    else this.#session.onEvent(event);
  };

  /** What `/health` judges. */
  get facts(): EngineFacts {
    return this.#watch.facts();
  }

  /** Number of the lease while this process is the writer, else null. */
  get token(): number | null {
    return this.#session === null ? null : this.#token;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#watch.starts();
    const universe = await this.#universe(signal);
    if (universe === null) return;
    const lease = await this.#lead(signal);
    if (lease === null) return;
    try {
      await this.#work(universe, lease, signal);
    } catch (error) {
      if (error instanceof LivepoolError && error.code === 'QUANT_LEASE_LOST') this.#watch.lost();
      throw error;
    } finally {
      const token = this.token ?? lease.token;
      this.#session = null;
      await this.#release(token);
    }
    this.#watch.starts();
  }

  health(nowMs: number): ComponentFacts {
    const facts = this.facts;
    return { progressMs: facts.lastCommitMs, measured: this.#watch.measured(nowMs), findings: engineFindings(facts, nowMs) };
  }

  /** What is followed; null when `signal` aborted before that was known. */
  async #universe(signal: AbortSignal): Promise<QuantUniverse | null> {
    try {
      return await this.#options.universe(signal);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  /** The lease, waited for; null when `signal` aborted first. */
  async #lead(signal: AbortSignal): Promise<QuantLease | null> {
    const { clock, store, logger } = this.#deps;
    while (!signal.aborted) {
      const asked = await store.acquire(this.#options.holder, clock.nowMs(), leaseTtlMs(this.#options.params.tick_ms));
      if (asked.ok) return asked.value;
      if (this.#watch.standsBy()) logger.notice('quant.standby', { holder: asked.error.holder, lease_epoch: asked.error.token });
      if (!(await slept(clock, STANDBY_POLL_MS, signal))) return null;
    }
    return null;
  }

  /** A lease that cannot be given back runs out by itself. */
  async #release(token: number): Promise<void> {
    const { store, logger } = this.#deps;
    try {
      await store.release(token);
    } catch (error) {
      logger.warn('quant.lease_not_released', { lease_epoch: token, message: String(error) });
    }
  }

  async #work(universe: QuantUniverse, lease: QuantLease, signal: AbortSignal): Promise<void> {
    const { clock, logger, store } = this.#deps;
    const { params, recorder = null, alertLimits } = this.#options;
    const alerting = alertLimits === undefined ? {} : { alertLimits };
    const session = await QuantSession.begin(store, { universe, params, recorder, ...alerting }, clock.nowMs());
    const token = await this.#stillLeads(lease);
    this.#watch.leads(token, clock.nowMs(), session.basis.tickTs);
    logger.notice('quant.started', { lease_epoch: token, state: session.restored, last_tick_ts: session.basis.tickTs });
    for (const event of this.#waiting.take(MOST_WAITING)) session.onEvent(event);
    this.#waiting = new EventQueue(MOST_WAITING);
    this.#token = token;
    this.#session = session;
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const light = this.#lightRows(session, either);
    try {
      await this.#ticks(session, token, signal);
    } finally {
      ended.abort();
      await light;
    }
  }

  /** The token after a start that took long enough for the lease to run out; LEASE_BUSY when somebody else has it by now. */
  async #stillLeads({ token, expiresAtMs }: QuantLease): Promise<number> {
    const { clock, store } = this.#deps;
    const { holder, params } = this.#options;
    const ttlMs = leaseTtlMs(params.tick_ms);
    if (expiresAtMs - clock.nowMs() > ttlMs / 2) return token;
    const asked = await store.acquire(holder, clock.nowMs(), ttlMs);
    if (asked.ok) return asked.value.token;
    throw new LivepoolError('LEASE_BUSY', 'transient', `${asked.error.holder} took the lease while ${holder} restored its state`);
  }

  async #ticks(session: QuantSession, token: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const { tick_ms: tickMs } = this.#options.params;
    let planned = nextTickTs(clock.nowMs(), tickMs, session.basis.tickTs);
    while (await this.#until(planned, signal)) {
      const tickTs = dueTickTs(clock.nowMs(), tickMs, planned);
      this.#watch.skips(planned, tickTs);
      if (!(await this.#tickOnce(session, token, tickTs, signal))) return;
      planned = nextTickTs(clock.nowMs(), tickMs, tickTs);
      this.#watch.skips(tickTs + tickMs, planned);
    }
  }

  /** False when `signal` aborted; a timer may come a little early. */
  async #until(timeMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps;
    for (let waitMs = timeMs - clock.nowMs(); waitMs > 0; waitMs = timeMs - clock.nowMs()) {
      if (!(await slept(clock, waitMs, signal))) return false;
    }
    return !signal.aborted;
  }

  /** Computes and commits; false when it was stopped before that was done, and nothing is visible then. */
  async #tickOnce(session: QuantSession, token: number, tickTs: number, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps;
    const ttlMs = leaseTtlMs(this.#options.params.tick_ms);
    const startMs = clock.nowMs();
    const prepared = session.prepare(tickTs, startMs, startMs + ttlMs);
    this.#watch.computed(tickTs, clock.nowMs() - startMs);
    if (!(await commitPatiently(this.#deps, token, prepared.commit, ttlMs, signal))) return false;
    session.committed(prepared);
    this.#watch.committed(prepared.tick, clock.nowMs(), session.engine.unknownEvents);
    this.#listeners.onCommitted(session, prepared);
    return true;
  }

  async #lightRows(session: QuantSession, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (await this.#until(nextTickTs(clock.nowMs() + 1, LIGHT_MS, 0), signal)) {
      const nowMs = clock.nowMs();
      this.#listeners.onLight(liveRows(session.engine, session.tick, nowMs), nowMs);
    }
  }
}

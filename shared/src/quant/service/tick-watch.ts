import type { ComponentFacts } from '../../supervision/component.ts';
import type { QuantTick } from '../engine.ts';
import { type EngineFacts, isScoreThin, recentOverruns, staleMetrics, tickAgeMs } from './engine-facts.ts';

/** Skipped ticks whose times are kept. */
const KEPT_OVERRUNS = 1000;

/** Notes how ticks go, for health and metrics. */
export class TickWatch {
  readonly #tickMs: number;
  #facts: EngineFacts;
  #overruns = 0;
  #token: number | null = null;
  #ticks = 0;
  #computeMs: number | null = null;
  #commitLagMs: number | null = null;
  #unknownEvents = 0;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
    this.#facts = {
      role: 'starting',
      tickMs,
      activeSinceMs: null,
      lastTickTs: null,
      lastCommitMs: null,
      uncommittedTickTs: null,
      overruns: [],
      staleMetrics: [],
      thinScoreSinceMs: null,
    };
  }

  facts(): EngineFacts {
    return this.#facts;
  }

  starts(): void {
    this.#facts = { ...this.#facts, role: 'starting', activeSinceMs: null, uncommittedTickTs: null };
  }

  /** True the first time. */
  standsBy(): boolean {
    const isNew = this.#facts.role !== 'standby';
    this.#facts = { ...this.#facts, role: 'standby' };
    return isNew;
  }

  leads(token: number, nowMs: number, lastTickTs: number): void {
    this.#token = token;
    this.#facts = { ...this.#facts, role: 'active', activeSinceMs: nowMs, lastTickTs: lastTickTs < 0 ? null : lastTickTs };
  }

  lost(): void {
    this.#facts = { ...this.#facts, role: 'lost' };
  }

  /** Ticks from `fromTs` up to, not including, `toTs` were skipped. */
  skips(fromTs: number, toTs: number): void {
    const skipped: number[] = [];
    for (let ts = fromTs; ts < toTs && skipped.length < KEPT_OVERRUNS; ts += this.#tickMs) skipped.push(ts);
    this.#overruns += Math.max(0, (toTs - fromTs) / this.#tickMs);
    if (skipped.length > 0) {
      this.#facts = { ...this.#facts, overruns: [...this.#facts.overruns, ...skipped].slice(-KEPT_OVERRUNS) };
    }
  }

  computed(tickTs: number, tookMs: number): void {
    this.#computeMs = tookMs;
    this.#facts = { ...this.#facts, uncommittedTickTs: tickTs };
  }

  committed(tick: QuantTick, nowMs: number, unknownEvents: number): void {
    const isThin = !tick.warming && isScoreThin(tick);
    this.#ticks += 1;
    this.#commitLagMs = nowMs - tick.tickTs;
    this.#unknownEvents = unknownEvents;
    this.#facts = {
      ...this.#facts,
      lastTickTs: tick.tickTs,
      lastCommitMs: nowMs,
      uncommittedTickTs: null,
      staleMetrics: staleMetrics(tick),
      thinScoreSinceMs: isThin ? (this.#facts.thinScoreSinceMs ?? tick.tickTs) : null,
    };
  }

  measured(nowMs: number): ComponentFacts['measured'] {
    const facts = this.#facts;
    return {
      is_active: facts.role === 'active' ? 1 : 0,
      lease_token: this.#token,
      last_tick_ms: facts.lastTickTs,
      tick_age_ms: tickAgeMs(facts, nowMs),
      ticks_total: this.#ticks,
      overruns_total: this.#overruns,
      overruns_10m: recentOverruns(facts, nowMs),
      compute_ms: this.#computeMs,
      commit_lag_ms: this.#commitLagMs,
      unknown_events_total: this.#unknownEvents,
    };
  }
}

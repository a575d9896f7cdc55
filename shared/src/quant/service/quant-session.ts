import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { QuantParams } from '../../contracts/quant-params.ts';
import type { QuantRecorder } from '../../ports/quant-recorder.ts';
import type { QuantStore } from '../../ports/quant-store.ts';
import { AlertBoard } from '../alerts/alert-board.ts';
import { QuantEngine, type QuantTick } from '../engine.ts';
import type { QuantUniverse } from '../universe.ts';
import { engineKey } from './engine-key.ts';
import { InputRecording } from './input-recording.ts';
import { type RestoreKind, restoreEngine } from './restore-engine.ts';
import { type CommitBasis, type PreparedTick, TickCommits } from './tick-commit.ts';

export interface SessionOptions {
  readonly universe: QuantUniverse;
  readonly params: QuantParams;
  /** Thresholds of alerts in force, where they are not those of `params`. */
  readonly alertLimits?: () => QuantParams['alerts'];
  /** Keeps what the engine hears; null keeps nothing. */
  readonly recorder: QuantRecorder | null;
}

/** One engine from its restore on, and the chain of its committed ticks. */
export class QuantSession {
  readonly engine: QuantEngine;
  readonly alerts: AlertBoard;
  readonly commits: TickCommits;
  readonly restored: RestoreKind;
  #basis: CommitBasis;

  readonly #recording: InputRecording | null;

  private constructor(
    parts: Pick<QuantSession, 'engine' | 'alerts' | 'commits' | 'restored' | 'basis'>,
    recording: InputRecording | null,
  ) {
    this.engine = parts.engine;
    this.alerts = parts.alerts;
    this.commits = parts.commits;
    this.restored = parts.restored;
    this.#basis = parts.basis;
    this.#recording = recording;
  }

  /** A new engine with the last committed state in it. */
  static async begin(store: QuantStore, options: SessionOptions, nowMs: number): Promise<QuantSession> {
    const { universe, params, recorder, alertLimits } = options;
    const engine = new QuantEngine(universe, params);
    const alerts = new AlertBoard(alertLimits);
    const key = engineKey(universe, engine);
    const { kind, basis, absence } = await restoreEngine(store, engine, alerts, key, nowMs);
    const recording = recorder === null ? null : new InputRecording(recorder, engine, universe, key);
    recording?.begin(nowMs, kind === 'fresh' ? null : engine.snapshot(), basis.commitId);
    const commits = new TickCommits(engine, key, alerts);
    const session = new QuantSession({ engine, alerts, commits, restored: kind, basis }, recording);
    for (const event of absence) session.onEvent(event);
    return session;
  }

  /** Last committed tick of this session, good until the next one is. */
  get tick(): QuantTick | null {
    return this.#basis.tick;
  }

  get basis(): CommitBasis {
    return this.#basis;
  }

  onEvent(event: MarketEvent): void {
    this.#recording?.event(event);
    this.engine.onEvent(event);
  }

  /** Computes a tick and what is committed of it, in one go: no event comes between. */
  prepare(tickTs: number, nowMs: number, leaseUntilMs: number): PreparedTick {
    const prepared = this.commits.prepare(this.engine.tick(tickTs), this.#basis, nowMs, leaseUntilMs);
    this.#recording?.tick(tickTs, prepared.commit.commitId, prepared.basis.state!);
    return prepared;
  }

  /** The tick is in the store: the next one builds on it, and nobody may read the one before any more once this turn is over. */
  committed({ basis }: PreparedTick): void {
    const { tick } = this.#basis;
    this.#basis = basis;
    if (tick !== null) this.engine.reuse(tick);
  }
}

import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { QuantParams } from '../../contracts/quant-params.ts';
import type { QuantStore } from '../../ports/quant-store.ts';
import { AlertBoard } from '../alerts/alert-board.ts';
import { QuantEngine, type QuantTick } from '../engine.ts';
import type { QuantUniverse } from '../universe.ts';
import { engineKey } from './engine-key.ts';
import { type RestoreKind, restoreEngine } from './restore-engine.ts';
import { type CommitBasis, type PreparedTick, TickCommits } from './tick-commit.ts';

export interface SessionOptions {
  readonly universe: QuantUniverse;
  readonly params: QuantParams;
}

/** One engine from its restore on, and the chain of its committed ticks. */
export class QuantSession {
  readonly engine: QuantEngine;
  readonly alerts: AlertBoard;
  readonly commits: TickCommits;
  readonly restored: RestoreKind;
  #basis: CommitBasis;

  private constructor(engine: QuantEngine, alerts: AlertBoard, commits: TickCommits, kind: RestoreKind, basis: CommitBasis) {
    this.engine = engine;
    this.alerts = alerts;
    this.commits = commits;
    this.restored = kind;
    this.#basis = basis;
  }

  /** A new engine with the last committed state in it. */
  static async begin(store: QuantStore, { universe, params }: SessionOptions, nowMs: number): Promise<QuantSession> {
    const engine = new QuantEngine(universe, params);
    const alerts = new AlertBoard();
    const key = engineKey(universe, engine);
    const { kind, basis } = await restoreEngine(store, engine, alerts, key, nowMs);
    return new QuantSession(engine, alerts, new TickCommits(engine, key, alerts), kind, basis);
  }

  /** Last committed tick of this session. */
  get tick(): QuantTick | null {
    return this.#basis.tick;
  }

  get basis(): CommitBasis {
    return this.#basis;
  }

  onEvent(event: MarketEvent): void {
    this.engine.onEvent(event);
  }

  /** Computes a tick and what is committed of it, in one go: no event comes between. */
  prepare(tickTs: number, nowMs: number, leaseUntilMs: number): PreparedTick {
    return this.commits.prepare(this.engine.tick(tickTs), this.#basis, nowMs, leaseUntilMs);
  }

  /** The tick is in the store: the next one builds on it. */
  committed({ basis }: PreparedTick): void {
    this.#basis = basis;
  }
}

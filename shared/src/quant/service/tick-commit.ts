import type { QuantSummaryRow } from '../../contracts/quant-rows.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { FeatureBlock, QuantCommit } from '../../ports/quant-store.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { QuantEngine, QuantTick } from '../engine.ts';
import { encodeFeatures, featureLayout } from '../rows/feature-block.ts';
import { type FeatureSlot, featureSlots } from '../rows/metric-values.ts';
import { QuantRows } from '../rows/quant-rows.ts';
import { biasSignals, type LabelBefore, labelsOf } from './bias-signals.ts';
import { statePages } from './state-pages.ts';
import { tickMessages } from './tick-messages.ts';

/** What the last committed tick left for the next one. */
export interface CommitBasis {
  readonly summary: readonly QuantSummaryRow[];
  /** Which label of each symbol and timeframe was told last, also by an engine of other parameters. */
  readonly labelBefore: LabelBefore;
  readonly commitId: string;
  /** Time of that tick, −1 without one; whatever the engine remembers, the next tick is later. */
  readonly tickTs: number;
  /** Null in a process that has not committed yet. */
  readonly tick: QuantTick | null;
  readonly state: Float64Array | null;
}

/** A tick as it is committed, and the basis of the next one once that is done. */
export interface PreparedTick {
  readonly tick: QuantTick;
  readonly commit: QuantCommit;
  readonly basis: CommitBasis;
}

/** Layout of a symbol's blocks, which is that of its engine. */
interface SymbolLayout {
  readonly hash: string;
  readonly text: string;
  readonly slots: readonly FeatureSlot[];
}

/**
 * Makes commits out of ticks of one engine. The id of a commit is a rolling hash: of the id before and all that the summary says,
 * so that two runs that end under the same id said the same at every tick.
 */
export class TickCommits {
  readonly rows = new QuantRows();
  readonly #engine: QuantEngine;
  readonly #engineKey: string;
  readonly #alerts: AlertBoard;
  #layouts: readonly SymbolLayout[] = [];

  constructor(engine: QuantEngine, engineKey: string, alerts: AlertBoard) {
    this.#engine = engine;
    this.#engineKey = engineKey;
    this.#alerts = alerts;
  }

  /** Must be called before the engine sees another event. */
  prepare(tick: QuantTick, before: CommitBasis, nowMs: number, leaseUntilMs: number): PreparedTick {
    const summary = this.rows.summary(tick);
    const alerts = this.#alerts.onTick(tick);
    const state = this.#engine.snapshot();
    const commitId = rollingHash(before.commitId, summary);
    const messages = tickMessages(tick, summary, before, alerts);
    const commit: QuantCommit = {
      tickTs: tick.tickTs,
      commitId,
      nowMs,
      leaseUntilMs,
      summary,
      ...this.#features(tick, summary),
      state: statePages(this.#engineKey, before.state, state),
      alertState: this.#alerts.snapshot(),
      ...alerts,
      signals: biasSignals(summary, before.labelBefore),
      outbox: JSON.stringify({ messages }),
    };
    return { tick, commit, basis: { summary, labelBefore: labelsOf(summary), commitId, tickTs: tick.tickTs, tick, state } };
  }

  #features(tick: QuantTick, summary: readonly QuantSummaryRow[]): Pick<QuantCommit, 'layouts' | 'features'> {
    if (this.#layouts.length === 0) this.#layouts = tick.symbols.map((_, index) => symbolLayout(tick, index));
    const features = tick.symbols.map(({ symbol }, index): FeatureBlock => {
      const { hash, slots } = this.#layouts[index]!;
      return { symbol, tickTs: tick.tickTs, revision: 0, layout: hash, bytes: encodeFeatures(tick, index, slots, summary) };
    });
    return { layouts: Object.fromEntries(this.#layouts.map(({ hash, text }) => [hash, text])), features };
  }
}

/** Digest of a tick's summary behind the digest of all ticks before it. */
export function rollingHash(before: string, summary: readonly QuantSummaryRow[]): string {
  return sha256Hex(`${before}\n${JSON.stringify(summary)}`);
}

function symbolLayout(tick: QuantTick, index: number): SymbolLayout {
  const text = JSON.stringify(featureLayout(tick, index));
  return { hash: sha256Hex(text), text, slots: featureSlots(tick, index) };
}

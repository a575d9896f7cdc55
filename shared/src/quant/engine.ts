import type { MarketEvent } from '../contracts/market-events/market-event.ts';
import type { QuantParams } from '../contracts/quant-params.ts';
import type { QuantSummaryRow } from '../contracts/quant-rows.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { Aggregator } from './aggregator.ts';
import { FIRST_BIAS } from './bias.ts';
import { computeInstrument } from './compute-instrument.ts';
import { computeSymbol } from './compute-symbol.ts';
import { freshnessOf, INSTRUMENT_METRICS } from './dictionary.ts';
import { foldEvent } from './fold-event.ts';
import { type FrameLayout, frameLayout } from './frame-layout.ts';
import { InstrumentState } from './instrument-state.ts';
import { ScoreColumns } from './score-columns.ts';
import { SlotWriter } from './slot-writer.ts';
import { checkFundingParams } from './state/funding-history.ts';
import { StateArena } from './state/state-arena.ts';
import { SymbolState } from './symbol-state.ts';
import { TickFrame } from './tick-frame.ts';
import { orderedUniverse, type QuantUniverse } from './universe.ts';

/** Written into every row; raised whenever the same inputs may give another number. */
export const ENGINE_VERSION = 'quant/1';

export type TopLevels = NonNullable<QuantSummaryRow['top_levels']>;

/** Everything one tick computed; never changed afterwards. */
export interface QuantTick {
  readonly tickTs: number;
  /** Ticks missed since the one before: they are gaps, not copies. */
  readonly skipped: number;
  /** Fewer ticks than every window needs since the start of the state. */
  readonly warming: boolean;
  readonly frame: TickFrame;
  readonly layout: FrameLayout;
  readonly scores: ScoreColumns;
  /** Best levels of each symbol's primary venue, null without one. */
  readonly tops: readonly (TopLevels | null)[];
  readonly symbols: readonly SymbolState[];
  readonly params: QuantParams;
  readonly paramsHash: string;
}

const LAST_TICK = 0;
const TICKS = 1;

/**
 * The quant engine: takes market events as they come and answers at ticks (quant spec §6). A tick sees exactly the events that
 * were available at its time; it is a function of them, the state before and the parameters: no clock, no chance, no I/O. The
 * caller owns the clock, the store and the lease.
 */
export class QuantEngine {
  readonly params: QuantParams;
  readonly paramsHash: string;
  readonly symbols: readonly SymbolState[];
  /** Events about instruments that are not in the universe. */
  unknownEvents = 0;
  readonly #arena = new StateArena();
  readonly #clock: Float64Array;
  readonly #layout: FrameLayout;
  readonly #instruments = new Map<string, InstrumentState>();
  readonly #stablecoins = new Map<string, InstrumentState>();
  readonly #aggregator = new Aggregator();
  readonly #freshness = INSTRUMENT_METRICS.map(freshnessOf);
  #waiting: MarketEvent[] = [];
  /** The earliest time at which one of them is available. */
  #firstWaiting = Number.POSITIVE_INFINITY;

  /** Refuses a universe or parameters without meaning (QUANT_UNIVERSE_INVALID, PARAMS_INVALID). */
  constructor(universe: QuantUniverse, params: QuantParams) {
    checkParams(params);
    const { symbols, stablecoins } = orderedUniverse(universe);
    this.params = params;
    this.paramsHash = sha256Hex(canonicalJson(params));
    this.#clock = this.#arena.view(2);
    this.#clock[LAST_TICK] = -1;
    this.symbols = symbols.map((spec) => new SymbolState(spec, this.#arena, params));
    for (const { seats } of this.symbols) for (const { state } of seats) this.#instruments.set(state.id, state);
    for (const spec of stablecoins) {
      const state = new InstrumentState(spec, this.#arena, params);
      this.#instruments.set(spec.id, state);
      this.#stablecoins.set(spec.id.slice(0, spec.id.indexOf('-')), state);
    }
    this.#layout = frameLayout(this.symbols, params.timeframes.length);
  }

  /** Time of the last tick, −1 before the first. */
  get lastTickTs(): number {
    return this.#clock[LAST_TICK]!;
  }

  /** Bytes of the engine's memory between ticks, without waiting events. */
  get stateBytes(): number {
    return this.#arena.bytes;
  }

  /** Fingerprint of how that memory is laid out. */
  get stateShape(): number {
    return this.#arena.shape;
  }

  /** Takes one event; it counts from the first tick at or after its `available_at` on. */
  onEvent(event: MarketEvent): void {
    const at = event.available_at;
    if (at > this.lastTickTs + this.params.tick_ms || this.lastTickTs < 0) {
      this.onEarlyEvent(event);
      return;
    }
    // What came before its time was available before this: so a late tick sees the same order as one that was on time.
    if (this.#firstWaiting <= at) this.#foldWaiting(at);
    this.#fold(event);
  }

  /** Takes an event that waits for its time even when the next tick may see it: one that had come before the state was taken. */
  onEarlyEvent(event: MarketEvent): void {
    this.#waiting.push(event);
    this.#firstWaiting = Math.min(this.#firstWaiting, event.available_at);
  }

  /** Computes the tick at `tickTs`, a multiple of `tick_ms` later than the last one (else INVARIANT). */
  tick(tickTs: number): QuantTick {
    const { tick_ms: tickMs, timeframes } = this.params;
    const last = this.lastTickTs;
    if (tickTs % tickMs !== 0 || tickTs <= last) {
      throw new LivepoolError('INVARIANT', 'bug', `tick ${tickTs} is no multiple of ${tickMs} after ${last}`);
    }
    this.#foldWaiting(tickTs);
    const frame = new TickFrame(tickTs, this.#layout.slots);
    const scores = new ScoreColumns(this.symbols.length * timeframes.length);
    const tops = this.#compute(frame, scores);
    this.#clock[LAST_TICK] = tickTs;
    this.#clock[TICKS] = this.#clock[TICKS]! + 1;
    const skipped = last < 0 ? 0 : (tickTs - last) / tickMs - 1;
    const warming = this.#clock[TICKS] < this.params.warming_ticks;
    const { params, paramsHash, symbols } = this;
    return { tickTs, skipped, warming, frame, layout: this.#layout, scores, tops, symbols, params, paramsHash };
  }

  /** The whole state between two ticks, to be restored into an engine of the same universe and parameters. */
  snapshot(): Float64Array {
    return this.#arena.snapshot();
  }

  /** Puts a state back (QUANT_STATE_FOREIGN for one of another universe). Events that wait are kept. */
  restore(state: Float64Array): void {
    this.#arena.restore(state);
  }

  /** Keeps windows, which know their own times, and starts counting anew: rows are warming, and no bias outlives a long absence. */
  startAgain(): void {
    this.#clock[TICKS] = 0;
    for (const symbol of this.symbols) for (const at of this.params.timeframes.keys()) symbol.setBias(at, FIRST_BIAS);
  }

  #compute(frame: TickFrame, scores: ScoreColumns): readonly (TopLevels | null)[] {
    const { params } = this;
    const { tickTs } = frame;
    const tick = tickTs / params.tick_ms;
    const out = new SlotWriter(frame, this.#freshness);
    const context = { params, tickTs, tick, epoch: this.#arena.epoch, stablecoins: this.#stablecoins };
    const tops: (TopLevels | null)[] = [];
    for (let s = 0; s < this.symbols.length; s++) {
      const symbol = this.symbols[s]!;
      const instrumentBase = this.#layout.instrumentBase[s]!;
      for (let i = 0; i < symbol.seats.length; i++) {
        out.base = instrumentBase[i]!;
        computeInstrument(symbol.seats[i]!, out, context);
      }
      const primary = computeSymbol(symbol, this.#aggregator, {
        params,
        tickTs,
        tick,
        frame,
        instrumentBase,
        base: this.#layout.symbolBase[s]!,
        timeframeBase: this.#layout.timeframeBase[s]!,
        scores,
        firstRow: s * params.timeframes.length,
      });
      tops.push(primary < 0 ? null : topLevels(symbol.seats[primary]!.state));
    }
    return tops;
  }

  /** Events that came before their time, in the order in which they became available. */
  #foldWaiting(untilMs: number): void {
    if (this.#firstWaiting > untilMs) return;
    const due = this.#waiting.filter((event) => event.available_at <= untilMs);
    this.#waiting = this.#waiting.filter((event) => event.available_at > untilMs);
    this.#firstWaiting = this.#waiting.reduce((first, { available_at: at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
    due.sort((a, b) => a.available_at - b.available_at);
    for (const event of due) this.#fold(event);
  }

  #fold(event: MarketEvent): void {
    const state = this.#instruments.get(event.instrument);
    if (state === undefined) this.unknownEvents += 1;
    else foldEvent(state, event, this.params);
  }
}

function topLevels({ venue, top }: InstrumentState): TopLevels {
  return { venue, bid: top.value(0), bid_size: top.value(1), ask: top.value(2), ask_size: top.value(3) };
}

/** Look-backs must be whole ticks, or they would fall between two. */
function checkParams(params: QuantParams): void {
  const { windows_ms: windows, tick_ms: tickMs } = params;
  const lengths = [windows.taker, windows.liq_short, windows.liq_long, windows.depth_change, params.score.return_ms, 60_000];
  const odd = lengths.find((length) => length % tickMs !== 0);
  if (odd !== undefined) {
    throw new LivepoolError('PARAMS_INVALID', 'terminal', `a window of ${odd} ms is no multiple of tick_ms ${tickMs}`);
  }
  checkFundingParams(params.funding.z_periods, params.funding.trend_buckets);
}

import type { MarketEvent } from '../contracts/market-events/market-event.ts';
import type { QuantParams } from '../contracts/quant-params.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { computeTick } from './compute/compute-tick.ts';
import { TickScratch } from './compute/tick-scratch.ts';
import { type UniverseColumns, universeColumns } from './compute/universe-columns.ts';
import { EngineMemory } from './engine-memory.ts';
import { foldEvent } from './fold-event.ts';
import { type FrameLayout, frameLayout } from './frame-layout.ts';
import { type InstrumentSeat, SeatTaker } from './instrument-seat.ts';
import { type QuantSymbol, quantSymbol } from './quant-symbol.ts';
import { ScoreColumns } from './score-columns.ts';
import { checkFundingParams } from './state/funding-history.ts';
import { TickFrame } from './tick-frame.ts';
import { TopColumns } from './top-columns.ts';
import { orderedUniverse, type QuantUniverse } from './universe.ts';

/** Written into every row; raised whenever the same inputs may give another number. */
export const ENGINE_VERSION = 'quant/1';

/** Where a tick writes its numbers. */
interface TickPages {
  readonly frame: TickFrame;
  readonly scores: ScoreColumns;
  /** Best levels of each symbol's primary venue. */
  readonly tops: TopColumns;
}

/** Everything one tick computed; never changed until the engine is told that nobody reads it any more. */
export interface QuantTick extends TickPages {
  readonly tickTs: number;
  /** Ticks missed since the one before: they are gaps, not copies. */
  readonly skipped: number;
  /** Fewer ticks than every window needs since the start of the state. */
  readonly warming: boolean;
  readonly layout: FrameLayout;
  readonly symbols: readonly QuantSymbol[];
  readonly params: QuantParams;
  readonly paramsHash: string;
}

/**
 * The quant engine: takes market events as they come and answers at ticks (quant spec §6). A tick sees exactly the events that
 * were available at its time; it is a function of them, the state before and the parameters: no clock, no chance, no I/O. The
 * caller owns the clock, the store and the lease.
 */
export class QuantEngine {
  readonly params: QuantParams;
  readonly paramsHash: string;
  readonly symbols: readonly QuantSymbol[];
  /** What it knows between ticks, for those who show it; only events and ticks change it. */
  readonly memory: EngineMemory;
  /** Events about instruments that are not in the universe. */
  unknownEvents = 0;
  readonly #layout: FrameLayout;
  readonly #universe: UniverseColumns;
  readonly #scratch: TickScratch;
  readonly #seats: ReadonlyMap<string, InstrumentSeat>;
  /** Pages that nobody reads any more. */
  readonly #blank: TickPages[] = [];
  #waiting: MarketEvent[] = [];
  /** The earliest time at which one of them is available. */
  #firstWaiting = Number.POSITIVE_INFINITY;

  /** Refuses a universe or parameters without meaning (QUANT_UNIVERSE_INVALID, PARAMS_INVALID). */
  constructor(universe: QuantUniverse, params: QuantParams) {
    checkParams(params);
    const { symbols, stablecoins } = orderedUniverse(universe);
    const taker = new SeatTaker();
    this.params = params;
    this.paramsHash = sha256Hex(canonicalJson(params));
    this.symbols = symbols.map((spec) => quantSymbol(spec, taker, params.primary_venues));
    const coins = stablecoins.map((spec) => taker.take(spec));
    this.#seats = new Map([...this.symbols.flatMap(({ seats }) => seats), ...coins].map((seat) => [seat.id, seat]));
    const rows = { instruments: taker.rows, derivatives: taker.derivatives, symbols: symbols.length };
    this.memory = new EngineMemory(rows, params);
    this.#layout = frameLayout(this.symbols, params.timeframes.length);
    this.#universe = universeColumns(this.symbols, coins, this.#layout.columns);
    this.#scratch = new TickScratch(this.#universe, this.memory, params);
  }

  /** Time of the last tick, −1 before the first. */
  get lastTickTs(): number {
    return this.memory.lastTickTs;
  }

  /** Bytes of the engine's memory between ticks, without waiting events. */
  get stateBytes(): number {
    return this.memory.arena.bytes;
  }

  /** Fingerprint of how that memory is laid out. */
  get stateShape(): number {
    return this.memory.arena.shape;
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
    const { params, paramsHash, symbols } = this;
    const { tick_ms: tickMs } = params;
    const last = this.lastTickTs;
    if (tickTs % tickMs !== 0 || tickTs <= last) {
      throw new LivepoolError('INVARIANT', 'bug', `tick ${tickTs} is no multiple of ${tickMs} after ${last}`);
    }
    this.#foldWaiting(tickTs);
    const pages = this.#blank.pop() ?? this.#newPages();
    this.#compute(tickTs, pages);
    this.memory.ticked(tickTs);
    const skipped = last < 0 ? 0 : (tickTs - last) / tickMs - 1;
    const warming = this.memory.ticks < params.warming_ticks;
    return { ...pages, tickTs, skipped, warming, layout: this.#layout, symbols, params, paramsHash };
  }

  /** Takes back what a tick of this engine was written on: nobody reads that tick any more, and a later one overwrites it. */
  reuse({ frame, scores, tops, layout, tickTs }: QuantTick): void {
    if (layout !== this.#layout || this.#blank.some((pages) => pages.frame === frame)) {
      throw new LivepoolError(
        'INVARIANT',
        'bug',
        `the pages of tick ${tickTs} are of another engine, or were taken back already`,
      );
    }
    this.#blank.push({ frame, scores, tops });
  }

  /** The whole state between two ticks, to be restored into an engine of the same universe and parameters. */
  snapshot(): Float64Array {
    return this.memory.arena.snapshot();
  }

  /** Puts a state back (QUANT_STATE_FOREIGN for one of another universe). Events that wait are kept. */
  restore(state: Float64Array): void {
    this.memory.arena.restore(state);
  }

  /** Keeps windows, which know their own times, and starts counting anew: rows are warming, and no bias outlives a long absence. */
  startAgain(): void {
    this.memory.startAgain();
  }

  #newPages(): TickPages {
    const rows = this.symbols.length * this.params.timeframes.length;
    return { frame: new TickFrame(this.#layout), scores: new ScoreColumns(rows), tops: new TopColumns(this.symbols) };
  }

  #compute(tickTs: number, { frame, scores, tops }: TickPages): void {
    const { params, memory } = this;
    const [universe, scratch] = [this.#universe, this.#scratch];
    frame.cells.begin(tickTs);
    computeTick({ params, tickTs, tick: tickTs / params.tick_ms, universe, memory, scratch, frame: frame.cells, scores });
    tops.take(scratch.primaries, universe.instruments.firsts, memory.instruments.top);
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
    const seat = this.#seats.get(event.instrument);
    if (seat === undefined) this.unknownEvents += 1;
    else foldEvent(this.memory, seat, event, this.params);
  }
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

import type { QuantParams } from '../contracts/quant-params.ts';
import { type BiasState, FIRST_BIAS } from './bias.ts';
import { type InstrumentSeat, seatsOf } from './instrument-seat.ts';
import { InstrumentState } from './instrument-state.ts';
import type { StateArena } from './state/state-arena.ts';
import { TickHistory } from './state/tick-history.ts';
import { timeframeMs } from './timeframe.ts';
import type { QuantSymbolSpec } from './universe.ts';

const LABELS: readonly BiasState['label'][] = ['neutral', 'long', 'short', 'unknown'];
const BIAS_FIELDS = 4;

/** A value at every recent tick and whom it was of: a change counts only between values of the same venues. */
export class OwnedHistory {
  readonly #values: TickHistory;
  readonly #owners: TickHistory;

  constructor(arena: StateArena, ticks: number) {
    this.#values = new TickHistory(arena, ticks);
    this.#owners = new TickHistory(arena, ticks);
  }

  push(tick: number, value: number, owner: number): void {
    this.#values.push(tick, value);
    this.#owners.push(tick, owner);
  }

  /** Value at a tick when it was of the same owner, else NaN. */
  at(tick: number, owner: number): number {
    return this.#owners.at(tick) === owner ? this.#values.at(tick) : Number.NaN;
  }
}

/** One symbol: its instruments, the look-backs of its aggregates and the bias of each timeframe. */
export class SymbolState {
  readonly symbol: string;
  readonly seats: readonly InstrumentSeat[];
  /** Places of the instruments that may be primary for microstructure, best first. */
  readonly primaryOrder: readonly number[];
  readonly mids: OwnedHistory;
  readonly openInterest: OwnedHistory;
  readonly accountRatio: OwnedHistory;
  readonly #biases: Float64Array;

  constructor(spec: QuantSymbolSpec, arena: StateArena, params: QuantParams) {
    this.symbol = spec.symbol;
    const states = spec.instruments.map((instrument) => new InstrumentState(instrument, arena, params));
    this.seats = seatsOf(states);
    this.primaryOrder = primaryOrder(states, params.primary_venues);
    const longest = Math.max(params.score.return_ms, ...params.timeframes.map(timeframeMs));
    const ticks = Math.ceil(longest / params.tick_ms) + 1;
    this.mids = new OwnedHistory(arena, ticks);
    this.openInterest = new OwnedHistory(arena, ticks);
    this.accountRatio = new OwnedHistory(arena, ticks);
    this.#biases = arena.view(BIAS_FIELDS * params.timeframes.length);
    for (let at = 0; at < params.timeframes.length; at++) this.setBias(at, FIRST_BIAS);
  }

  bias(timeframe: number): BiasState {
    const at = timeframe * BIAS_FIELDS;
    const biases = this.#biases;
    return { label: LABELS[biases[at]!]!, wanted: LABELS[biases[at + 1]!]!, ticks: biases[at + 2]!, nulls: biases[at + 3]! };
  }

  setBias(timeframe: number, { label, wanted, ticks, nulls }: BiasState): void {
    const at = timeframe * BIAS_FIELDS;
    this.#biases[at] = LABELS.indexOf(label);
    this.#biases[at + 1] = LABELS.indexOf(wanted);
    this.#biases[at + 2] = ticks;
    this.#biases[at + 3] = nulls;
  }
}

/** Spot before derivatives, USD before stablecoins, then the venues' order; a venue that is not in it is never primary. */
function primaryOrder(states: readonly InstrumentState[], venues: readonly string[]): readonly number[] {
  const rank = (state: InstrumentState): number => {
    const kind = (state.isSpot ? 0 : 2) + (state.dollars === 'usd' ? 0 : 1);
    return kind * venues.length + venues.indexOf(state.venue);
  };
  return states
    .map((state, place) => ({ state, place }))
    .filter(({ state }) => venues.includes(state.venue) && state.dollars !== 'none')
    .sort((a, b) => rank(a.state) - rank(b.state) || a.place - b.place)
    .map(({ place }) => place);
}

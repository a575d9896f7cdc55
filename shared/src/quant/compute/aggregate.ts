import { INSTRUMENT_PLACE as I, INSTRUMENT_METRICS } from '../dictionary.ts';
import { MISSING } from '../quality.ts';
import { SOURCE_OF_INSTRUMENT_OI_Z, SOURCE_OF_INSTRUMENT_PLACE } from '../sources.ts';
import type { TickPass } from './tick-pass.ts';
import type { InstrumentColumns } from './universe-columns.ts';

/** Figures over the instruments of each symbol, one row a symbol: good until the next is asked for. */
export class AggregateColumns {
  /** NaN when no instrument had a usable value. */
  readonly value: Float64Array;
  /** Σ of the weights that are in it. */
  readonly weight: Float64Array;
  /** Bit i: instrument i is in it. */
  readonly members: Uint32Array;
  /** Whose times the last answer has: the place of their source, the source that says so of a symbol, and its members then. */
  readonly stamped: { from: number; source: number; readonly members: Uint32Array };
  /** One-sided open interest of each derivative in USD, NaN where it is not usable. */
  readonly openInterest: Float64Array;

  constructor(symbols: number, derivatives: number) {
    this.value = new Float64Array(symbols);
    this.weight = new Float64Array(symbols);
    this.members = new Uint32Array(symbols);
    this.stamped = { from: -1, source: 0, members: new Uint32Array(symbols) };
    this.openInterest = new Float64Array(derivatives);
  }
}

/** Takes the weights of this tick, and knows of no answer yet. */
export function takeWeights({ frame, universe: { derivatives }, scratch: { totals } }: TickPass): void {
  totals.stamped.from = -1;
  for (let row = 0; row < derivatives.count; row++) totals.openInterest[row] = frame.usable(derivatives.cells[I.oi_usd]! + row);
}

/** Σ of a metric over the instruments of each symbol; what is not usable is left out, never filled. Stamps the source of the answer. */
export function sumOf(pass: TickPass, place: number, source: number): void {
  const isOfAll = INSTRUMENT_METRICS[place]!.of === 'both';
  aggregate(pass, isOfAll ? pass.universe.instruments : pass.universe.derivatives, place, source, false);
}

/** Mean of a derivative's metric weighted by one-sided open interest in USD, over the instruments that have both. */
export function meanOf(pass: TickPass, place: number, source: number): void {
  aggregate(pass, pass.universe.derivatives, place, source, true);
}

function aggregate(pass: TickPass, group: InstrumentColumns, place: number, source: number, isWeighted: boolean): void {
  const { frame, scratch } = pass;
  const { places, firsts } = group;
  const from = group.cells[place]!;
  const { value: values, weight: weighs, members: memberSets, openInterest } = scratch.totals;
  const symbols = values.length;
  for (let symbol = 0, row = 0; symbol < symbols; symbol++) {
    const end = firsts[symbol + 1]!;
    let sum = 0;
    let weights = 0;
    let members = 0;
    for (; row < end; row++) {
      const value = frame.usable(from + row);
      const weight = isWeighted ? openInterest[row]! : 1;
      if (Number.isNaN(value) || Number.isNaN(weight)) continue;
      sum += weight * value;
      weights += weight;
      members |= 1 << places[row]!;
    }
    const isEmpty = !(weights > 0);
    values[symbol] = isEmpty ? Number.NaN : isWeighted ? sum / weights : sum;
    weighs[symbol] = isEmpty ? 0 : weights;
    memberSets[symbol] = isEmpty ? 0 : members;
  }
  stampMembers(pass, group, sourceOfPlace(place), source);
}

/** The source of each symbol is the worst of those at a place of its members: the same as last time where the members are. */
function stampMembers(pass: TickPass, { sources, places, firsts }: InstrumentColumns, from: number, source: number): void {
  const { frame, universe, scratch } = pass;
  const { members, stamped } = scratch.totals;
  const isAgain = stamped.from === from;
  const of = sources[from]!;
  const into = universe.symbols.sources[source]!;
  const again = universe.symbols.sources[stamped.source]!;
  for (let symbol = 0; symbol < members.length; symbol++) {
    if (isAgain && stamped.members[symbol] === members[symbol]) {
      frame.stampLike(into + symbol, again + symbol);
      continue;
    }
    const those = members[symbol]!;
    stamped.members[symbol] = those;
    if (those === 0) frame.stamp(into + symbol, -1, -1, -1, MISSING);
    let isFirst = true;
    for (let row = firsts[symbol]!, end = firsts[symbol + 1]!; those !== 0 && row < end; row++) {
      if (((those >>> places[row]!) & 1) === 0) continue;
      if (isFirst) frame.stampLike(into + symbol, of + row);
      else frame.joinSource(into + symbol, of + row);
      isFirst = false;
    }
  }
  stamped.from = from;
  stamped.source = source;
}

/** Source of each place of an instrument, the timeframes' included. */
function sourceOfPlace(place: number): number {
  return place < INSTRUMENT_METRICS.length ? SOURCE_OF_INSTRUMENT_PLACE[place]! : SOURCE_OF_INSTRUMENT_OI_Z;
}

/** Writes the figure last asked for into a column of symbols; `source` is the one it stamped. */
export function putTotals({ frame, universe, scratch }: TickPass, into: number, source: number): void {
  const { value, members } = scratch.totals;
  const from = universe.symbols.sources[source]!;
  for (let symbol = 0; symbol < value.length; symbol++) {
    frame.putOf(into + symbol, value[symbol]!, frame.sourceQuality(from + symbol), members[symbol]!);
  }
}

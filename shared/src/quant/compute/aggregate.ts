import { INSTRUMENT_PLACE as I, INSTRUMENT_METRICS } from '../dictionary.ts';
import { LIVE, MISSING } from '../quality.ts';
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
  /** One-sided open interest of each derivative in USD, NaN where it is not usable. */
  readonly openInterest: Float64Array;

  constructor(symbols: number, derivatives: number) {
    this.value = new Float64Array(symbols);
    this.weight = new Float64Array(symbols);
    this.members = new Uint32Array(symbols);
    this.openInterest = new Float64Array(derivatives);
  }
}

/** Takes the weights of this tick. */
export function takeWeights({ frame, universe: { derivatives }, scratch: { totals } }: TickPass): void {
  for (let row = 0; row < derivatives.count; row++) totals.openInterest[row] = frame.usable(derivatives.slots[row]! + I.oi_usd);
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
  const { frame, universe, scratch } = pass;
  const { slots, sources, places, firsts } = group;
  const { value: values, weight: weighs, members: memberSets, openInterest } = scratch.totals;
  const into = universe.symbols.sources;
  const from = sourceOfPlace(place);
  for (let symbol = 0, row = 0; symbol < values.length; symbol++) {
    let sum = 0;
    let weights = 0;
    let members = 0;
    let tsEvent = Number.MAX_SAFE_INTEGER;
    let tsRecv = -1;
    let availableAt = -1;
    let quality = LIVE;
    for (const end = firsts[symbol + 1]!; row < end; row++) {
      const value = frame.usable(slots[row]! + place);
      const weight = isWeighted ? openInterest[row]! : 1;
      if (Number.isNaN(value) || Number.isNaN(weight)) continue;
      const of = sources[row]! + from;
      sum += weight * value;
      weights += weight;
      members |= 1 << places[row]!;
      if (frame.sourceEvent(of) < tsEvent) tsEvent = frame.sourceEvent(of);
      if (frame.sourceRecv(of) > tsRecv) tsRecv = frame.sourceRecv(of);
      if (frame.sourceAvailable(of) > availableAt) availableAt = frame.sourceAvailable(of);
      if (frame.sourceQuality(of) > quality) quality = frame.sourceQuality(of);
    }
    const isEmpty = !(weights > 0);
    if (isEmpty) frame.stamp(into[symbol]! + source, -1, -1, -1, MISSING);
    else frame.stamp(into[symbol]! + source, tsEvent, tsRecv, availableAt, quality);
    values[symbol] = isEmpty ? Number.NaN : isWeighted ? sum / weights : sum;
    weighs[symbol] = isEmpty ? 0 : weights;
    memberSets[symbol] = isEmpty ? 0 : members;
  }
}

/** Source of each place of an instrument, the timeframes' included. */
function sourceOfPlace(place: number): number {
  return place < INSTRUMENT_METRICS.length ? SOURCE_OF_INSTRUMENT_PLACE[place]! : SOURCE_OF_INSTRUMENT_OI_Z;
}

/** Writes the figure last asked for as a metric of each symbol, at a place behind its first slot; `source` is the one it stamped. */
export function putTotals(pass: TickPass, slots: Int32Array, place: number, source: number): void {
  const { frame, universe, scratch } = pass;
  const { value, members } = scratch.totals;
  const { sources } = universe.symbols;
  for (let symbol = 0; symbol < value.length; symbol++) {
    const quality = frame.sourceQuality(sources[symbol]! + source);
    frame.putOf(slots[symbol]! + place, value[symbol]!, quality, members[symbol]!);
  }
}

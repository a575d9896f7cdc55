import type { MetricValue } from '../../contracts/quant-rows.ts';
import {
  INSTRUMENT_METRICS,
  INSTRUMENT_TIMEFRAME_METRICS,
  type MetricDefinition,
  SYMBOL_METRICS,
  SYMBOL_TIMEFRAME_METRICS,
} from '../dictionary.ts';
import type { QuantTick } from '../engine.ts';
import { orNull } from '../finite.ts';
import { isUsable, QUALITIES } from '../quality.ts';
import { FLAGS } from '../tick-frame.ts';

const FLAG_NAMES = Object.entries(FLAGS);

/** Where one metric of a symbol lies in the frame. */
export interface FeatureSlot {
  readonly slot: number;
  readonly metric: MetricDefinition;
  /** Place of its instrument, −1 for an aggregate. */
  readonly place: number;
  /** Place of its timeframe, −1 for one that has none. */
  readonly timeframe: number;
}

/** Every metric of a symbol in all timeframes: per instrument, then aggregates, then those of each timeframe. */
export function featureSlots(tick: QuantTick, index: number): readonly FeatureSlot[] {
  const { layout, params } = tick;
  const slots: FeatureSlot[] = [];
  for (const [place, { isSpot }] of tick.symbols[index]!.seats.entries()) {
    const base = layout.instrumentBase[index]![place]!;
    for (const [at, metric] of INSTRUMENT_METRICS.entries()) {
      if (metric.of === 'both' || !isSpot) slots.push({ slot: base + at, metric, place, timeframe: -1 });
    }
    if (isSpot) continue;
    for (const timeframe of params.timeframes.keys()) {
      const slot = base + INSTRUMENT_METRICS.length + timeframe;
      slots.push({ slot, metric: INSTRUMENT_TIMEFRAME_METRICS[0]!, place, timeframe });
    }
  }
  for (const [at, metric] of SYMBOL_METRICS.entries()) {
    slots.push({ slot: layout.symbolBase[index]! + at, metric, place: -1, timeframe: -1 });
  }
  for (const timeframe of params.timeframes.keys()) {
    for (const [at, metric] of SYMBOL_TIMEFRAME_METRICS.entries()) {
      slots.push({ slot: layout.timeframeBase[index]![timeframe]! + at, metric, place: -1, timeframe });
    }
  }
  return slots;
}

/** Every metric of a symbol and timeframe, in the order of `featureSlots`. */
export function* metricValues(tick: QuantTick, index: number, timeframe: number): Generator<MetricValue> {
  for (const slot of featureSlots(tick, index)) {
    if (slot.timeframe === -1 || slot.timeframe === timeframe) yield metricValueAt(tick, index, slot);
  }
}

/** One metric as it leaves the engine. */
export function metricValueAt(tick: QuantTick, index: number, { slot, metric, place }: FeatureSlot): MetricValue {
  const seat = place < 0 ? undefined : tick.symbols[index]!.seats[place]!;
  return metricValue(tick, index, slot, metric, seat === undefined ? NOWHERE : { venue: seat.venue, instrument: seat.id });
}

/** Venues of which any metric is usable, sorted. */
export function venuesOf(tick: QuantTick, index: number): string[] {
  const venues = new Set<string>();
  for (const [place, { venue }] of tick.symbols[index]!.seats.entries()) {
    if (venues.has(venue)) continue;
    const base = tick.layout.instrumentBase[index]![place]!;
    for (let slot = base; slot < base + INSTRUMENT_METRICS.length; slot++) {
      if (!isUsable(tick.frame.quality(slot))) continue;
      venues.add(venue);
      break;
    }
  }
  return [...venues].sort();
}

const NOWHERE = { venue: null, instrument: null } as const;

function metricValue(
  { frame, symbols }: QuantTick,
  index: number,
  slot: number,
  metric: MetricDefinition,
  where: Pick<MetricValue, 'venue' | 'instrument'>,
): MetricValue {
  const from = frame.provenance(slot);
  const members = frame.members(slot);
  const seats = symbols[index]!.seats.filter((_, place) => (members >>> place) & 1);
  return {
    metric: metric.id,
    ...where,
    value: orNull(frame.value(slot)),
    unit: metric.unit,
    ts_event: timeOf(from.tsEvent),
    ts_recv: timeOf(from.tsRecv),
    available_at: timeOf(from.availableAt),
    quality: QUALITIES[frame.quality(slot)]!,
    venues: where.venue === null ? [...new Set(seats.map(({ venue }) => venue))].sort() : [where.venue],
    flags: FLAG_NAMES.filter(([, bit]) => (frame.flags(slot) & bit) !== 0).map(([name]) => name),
  };
}

function timeOf(ms: number): number | null {
  return ms < 0 ? null : ms;
}

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

/** Every metric of a symbol and timeframe: per instrument, then aggregates, then the timeframe's own. */
export function* metricValues(tick: QuantTick, index: number, timeframe: number): Generator<MetricValue> {
  const { layout } = tick;
  for (const [place, { state }] of tick.symbols[index]!.seats.entries()) {
    const base = layout.instrumentBase[index]![place]!;
    const where = { venue: state.venue, instrument: state.id };
    for (const [at, metric] of INSTRUMENT_METRICS.entries()) {
      if (metric.of === 'both' || !state.isSpot) yield metricValue(tick, index, base + at, metric, where);
    }
    if (state.isSpot) continue;
    yield metricValue(tick, index, base + INSTRUMENT_METRICS.length + timeframe, INSTRUMENT_TIMEFRAME_METRICS[0]!, where);
  }
  for (const [at, metric] of SYMBOL_METRICS.entries()) yield metricValue(tick, index, layout.symbolBase[index]! + at, metric);
  for (const [at, metric] of SYMBOL_TIMEFRAME_METRICS.entries()) {
    yield metricValue(tick, index, layout.timeframeBase[index]![timeframe]! + at, metric);
  }
}

/** Venues of which any metric is usable, sorted. */
export function venuesOf(tick: QuantTick, index: number): string[] {
  const venues = new Set<string>();
  for (const [place, { state }] of tick.symbols[index]!.seats.entries()) {
    if (venues.has(state.venue)) continue;
    const base = tick.layout.instrumentBase[index]![place]!;
    for (let slot = base; slot < base + INSTRUMENT_METRICS.length; slot++) {
      if (!isUsable(tick.frame.quality(slot))) continue;
      venues.add(state.venue);
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
  where: Pick<MetricValue, 'venue' | 'instrument'> = NOWHERE,
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
    venues: where.venue === null ? [...new Set(seats.map(({ state }) => state.venue))].sort() : [where.venue],
    flags: FLAG_NAMES.filter(([, bit]) => (frame.flags(slot) & bit) !== 0).map(([name]) => name),
  };
}

function timeOf(ms: number): number | null {
  return ms < 0 ? null : ms;
}

import type { ValueQuality } from '../../contracts/market-events/event-envelope.ts';
import type { QuantTick } from '../engine.ts';
import { QUALITIES } from '../quality.ts';
import { featureSlots } from '../rows/metric-values.ts';
import type { ListQuery } from './route-answer.ts';

/** How one symbol's metrics are at a tick: how many of each quality, and which are suspect or carry a flag. */
export interface DiagnosticRow {
  readonly symbol: string;
  readonly timeframe: string;
  readonly coverage: number;
  readonly bias: string;
  readonly warming: boolean;
  readonly counts: Readonly<Record<ValueQuality, number>>;
  /** `metric@instrument`, or the metric alone for an aggregate. */
  readonly suspect: readonly string[];
  readonly stale: readonly string[];
  readonly flagged: readonly string[];
}

/** One row a symbol, for the timeframe at place `at`; those of a page. */
export function diagnosticRows(tick: QuantTick, at: number, { cursor, limit }: ListQuery): readonly DiagnosticRow[] {
  return tick.symbols.slice(cursor, cursor + limit).map(({ symbol, seats }, place) => {
    const index = cursor + place;
    const slots = featureSlots(tick, index).filter(({ timeframe }) => timeframe === -1 || timeframe === at);
    const named = slots.map(({ slot, metric, place: seat }) => {
      const name = seat < 0 ? metric.id : `${metric.id}@${seats[seat]!.id}`;
      return { name, quality: QUALITIES[tick.frame.quality(slot)]!, flags: tick.frame.flags(slot) };
    });
    const counts = Object.fromEntries(QUALITIES.map((quality) => [quality, 0])) as Record<ValueQuality, number>;
    for (const { quality } of named) counts[quality] += 1;
    const row = index * tick.params.timeframes.length + at;
    return {
      symbol,
      timeframe: tick.params.timeframes[at]!,
      coverage: tick.scores.coverage(row),
      bias: tick.scores.biases[row]!,
      warming: tick.warming,
      counts,
      suspect: named.filter(({ quality }) => quality === 'suspect').map(({ name }) => name),
      stale: named.filter(({ quality }) => quality === 'stale').map(({ name }) => name),
      flagged: named.filter(({ flags }) => flags !== 0).map(({ name }) => name),
    };
  });
}

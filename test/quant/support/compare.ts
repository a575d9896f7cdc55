import { expect } from 'vitest';
import { INSTRUMENT_METRICS } from '#shared/quant/dictionary.ts';
import type { QuantTick } from '#shared/quant/engine.ts';

/** Usable values of one instrument at a tick, by metric. */
export function instrumentValues(tick: QuantTick, symbol: number, place: number): Readonly<Record<string, number>> {
  const base = tick.layout.instrumentBase[symbol]![place]!;
  return Object.fromEntries(INSTRUMENT_METRICS.map(({ id }, at) => [id, tick.frame.usable(base + at)]));
}

/** Differences of more than `relative` between what the engine and the judge say, as readable lines. */
export function differences(
  ours: Readonly<Record<string, number>>,
  judged: Readonly<Record<string, number>>,
  where: string,
  relative = 1e-9,
  absolute = 1e-9,
): readonly string[] {
  return Object.entries(judged).flatMap(([metric, expected]) => {
    const actual = ours[metric]!;
    if (Number.isNaN(expected) && Number.isNaN(actual)) return [];
    const near = Math.abs(actual - expected) <= Math.max(absolute, relative * Math.abs(expected));
    return near ? [] : [`${where} ${metric}: engine ${actual}, judge ${expected}`];
  });
}

/** No value of a tick is NaN or infinite where a reader may see it. */
export function expectOnlyNumbersLeave(value: unknown): void {
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  else if (Array.isArray(value)) value.forEach(expectOnlyNumbersLeave);
  else if (value !== null && typeof value === 'object') Object.values(value).forEach(expectOnlyNumbersLeave);
}

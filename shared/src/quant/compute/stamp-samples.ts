import type { FrameCells } from '../frame-cells.ts';
import type { Freshness } from '../quality.ts';
import { CONVERTED } from '../quality.ts';
import type { SampleTable } from '../state/sample-table.ts';
import type { InstrumentColumns } from './universe-columns.ts';

/** The source at a place of each instrument's block is the newest sample of its row. */
export function stampSamples(
  frame: FrameCells,
  { count, sources }: InstrumentColumns,
  place: number,
  samples: SampleTable,
  freshness: Freshness,
): void {
  frame.stampSamples(sources[place]!, samples, count, freshness);
}

/** The source at a place says what another one says, of amounts in dollars. */
export function stampInDollars(frame: FrameCells, group: InstrumentColumns, place: number, of: number): void {
  const into = group.sources[place]!;
  const from = group.sources[of]!;
  for (let row = 0; row < group.count; row++) frame.stampLike(into + row, from + row);
  markConverted(frame, group, place);
}

/** A stablecoin counts as a dollar, and says so. */
export function markConverted(frame: FrameCells, { count, sources, isStable }: InstrumentColumns, place: number): void {
  for (let row = 0; row < count; row++) if (isStable[row] === 1) frame.worsen(sources[place]! + row, CONVERTED);
}

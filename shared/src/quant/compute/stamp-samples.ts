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
  for (let row = 0; row < count; row++) frame.stampSample(sources[place]! + row, samples, row, freshness);
}

/** The source at a place says what another one says, of amounts in dollars. */
export function stampInDollars(frame: FrameCells, group: InstrumentColumns, place: number, of: number): void {
  const { count, sources } = group;
  for (let row = 0; row < count; row++) frame.stampLike(sources[place]! + row, sources[of]! + row);
  markConverted(frame, group, place);
}

/** A stablecoin counts as a dollar, and says so. */
export function markConverted(frame: FrameCells, { count, sources, isStable }: InstrumentColumns, place: number): void {
  for (let row = 0; row < count; row++) if (isStable[row] === 1) frame.worsen(sources[place]! + row, CONVERTED);
}

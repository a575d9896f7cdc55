import type { Freshness } from '../quality.ts';
import { CONVERTED } from '../quality.ts';
import type { SampleTable } from '../state/sample-table.ts';
import type { TickFrame } from '../tick-frame.ts';
import type { InstrumentColumns } from './universe-columns.ts';

/** The source at a place of each instrument's block is the newest sample of its row. */
export function stampSamples(
  frame: TickFrame,
  { count, sources }: InstrumentColumns,
  place: number,
  samples: SampleTable,
  freshness: Freshness,
): void {
  for (let row = 0; row < count; row++) frame.stampSample(sources[row]! + place, samples, row, freshness);
}

/** The source at a place says what another one says, of amounts in dollars. */
export function stampInDollars(frame: TickFrame, group: InstrumentColumns, place: number, of: number): void {
  const { count, sources } = group;
  for (let row = 0; row < count; row++) frame.stampLike(sources[row]! + place, sources[row]! + of);
  markConverted(frame, group, place);
}

/** A stablecoin counts as a dollar, and says so. */
export function markConverted(frame: TickFrame, { count, sources, isStable }: InstrumentColumns, place: number): void {
  for (let row = 0; row < count; row++) if (isStable[row] === 1) frame.worsen(sources[row]! + place, CONVERTED);
}

import { finite } from '../finite.ts';
import type { OwnedTable } from '../state/tick-table.ts';

/** Relative change of a value since the tick of a page, null unless the same owner spoke then. */
export function changeOver(history: OwnedTable, page: number, row: number, now: number, owner: number): number {
  const before = history.at(page, row, owner);
  return before > 0 ? finite(now / before - 1) : Number.NaN;
}

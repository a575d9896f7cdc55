import type { Observations } from './calendar/observations.ts';
import type { PanelDates } from './calendar/panel-dates.ts';

/**
 * Every in-universe row of every panel date, numbered in (day, symbol) order, so that a date is a contiguous range of rows and a
 * table of rows is a set of columns.
 */
export interface MemberGrid {
  /** Rows of the date at position p are `rowStart[p] … rowStart[p + 1] − 1`. */
  readonly rowStart: Int32Array;
  readonly rowCount: number;
  /** Per row. */
  readonly symbol: Int32Array;
  readonly day: Int32Array;
  /** Per episode, per observation: its row, or −1 when it is not in the universe. */
  readonly rowOf: readonly Int32Array[];
}

/** `isMember(symbolIndex, position)`: membership holds on the date at that position. `observations` ascend by symbol. */
export function memberGrid(
  observations: readonly Observations[],
  dates: PanelDates,
  isMember: (symbolIndex: number, position: number) => boolean,
): MemberGrid {
  const rowStart = new Int32Array(dates.days.length + 1);
  const rowOf = observations.map((episode) => memberPositions(episode, dates, isMember));
  for (const positions of rowOf) {
    for (let i = 0; i < positions.length; i++) if (positions[i]! >= 0) rowStart[positions[i]! + 1]!++;
  }
  for (let p = 0; p < dates.days.length; p++) rowStart[p + 1]! += rowStart[p]!;

  const rowCount = rowStart[dates.days.length]!;
  const symbol = new Int32Array(rowCount);
  const day = new Int32Array(rowCount);
  const next = rowStart.slice();
  for (const [e, positions] of rowOf.entries()) {
    const { symbolIndex } = observations[e]!;
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      if (position < 0) continue;
      const row = next[position]!++;
      symbol[row] = symbolIndex;
      day[row] = dates.days[position]!;
      positions[i] = row;
    }
  }
  return { rowStart, rowCount, symbol, day, rowOf };
}

/** Date position of every observation that is in the universe, −1 for the others: a gap day never is. */
function memberPositions(
  { symbolIndex, day, count, hasCandle }: Observations,
  dates: PanelDates,
  isMember: (symbolIndex: number, position: number) => boolean,
): Int32Array {
  const positions = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    if (hasCandle[i] !== 1) continue;
    const position = dates.positionOf(day[i]!);
    if (isMember(symbolIndex, position)) positions[i] = position;
  }
  return positions;
}

import type { PartitionGrain } from '../contracts/table-schema.ts';
import type { TimeRange } from '../ports/cold-store.ts';

/** First day (`YYYY-MM-DD`) of the partition that holds a time (ms since the epoch). */
export function partitionOf(grain: PartitionGrain, ts: number): string {
  const day = new Date(ts).toISOString().slice(0, 10);
  switch (grain) {
    case 'year':
      return `${day.slice(0, 4)}-01-01`;
    case 'month':
      return `${day.slice(0, 7)}-01`;
    case 'day':
      return day;
  }
}

/** Time that a partition covers. */
export function partitionRange(grain: PartitionGrain, dt: string): TimeRange {
  const [year = 0, month = 1, day = 1] = dt.split('-').map(Number);
  const from = Date.UTC(year, month - 1, day);
  switch (grain) {
    case 'year':
      return { from, to: Date.UTC(year + 1, 0, 1) };
    case 'month':
      return { from, to: Date.UTC(year, month, 1) };
    case 'day':
      return { from, to: Date.UTC(year, month - 1, day + 1) };
  }
}

/** Every partition that a range touches, ascending. */
export function partitionsIn(grain: PartitionGrain, range: TimeRange): readonly string[] {
  const found: string[] = [];
  for (let at = range.from; at < range.to; ) {
    const dt = partitionOf(grain, at);
    found.push(dt);
    at = partitionRange(grain, dt).to;
  }
  return found;
}

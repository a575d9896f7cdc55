import type { PartitionGrain } from '../contracts/table-schema.ts';
import type { TimeRange } from '../ports/cold-store.ts';

const HOUR_MS = 3_600_000;

/** First day (`YYYY-MM-DD`, by the hour `YYYY-MM-DD/hour=HH`) of the partition that holds a time (ms since the epoch). */
export function partitionOf(grain: PartitionGrain, ts: number): string {
  const instant = new Date(ts).toISOString();
  const day = instant.slice(0, 10);
  switch (grain) {
    case 'year':
      return `${day.slice(0, 4)}-01-01`;
    case 'month':
      return `${day.slice(0, 7)}-01`;
    case 'day':
      return day;
    case 'hour':
      return `${day}/hour=${instant.slice(11, 13)}`;
  }
}

/** Time that a partition covers. */
export function partitionRange(grain: PartitionGrain, dt: string): TimeRange {
  const [date = '', hour = '0'] = dt.split('/hour=');
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const from = Date.UTC(year, month - 1, day);
  switch (grain) {
    case 'year':
      return { from, to: Date.UTC(year + 1, 0, 1) };
    case 'month':
      return { from, to: Date.UTC(year, month, 1) };
    case 'day':
      return { from, to: Date.UTC(year, month - 1, day + 1) };
    case 'hour':
      return { from: from + Number(hour) * HOUR_MS, to: from + (Number(hour) + 1) * HOUR_MS };
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

import type { AsyncBuffer } from 'hyparquet';
import { LivepoolError } from '../../core/errors.ts';
import type { ReadStats } from '../../ports/cold-store.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** Ranges closer than this are fetched together (data-platform spec §1.5). */
const JOIN_GAP_BYTES = 64 * 1024;

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Fetched extends Range {
  readonly bytes: Uint8Array;
}

/** An object as a file that Parquet decoding reads from; `prefetch` replaces what was held, so that memory stays bounded. */
export interface ObjectBuffer extends AsyncBuffer {
  prefetch(ranges: readonly Range[]): Promise<void>;
}

/** Reads ranges of an object of known size; a missing object or a short answer is COLD_OBJECT_CORRUPT. */
export function objectBuffer(
  objects: Pick<ObjectStore, 'getRange'>,
  name: string,
  byteLength: number,
  stats: ReadStats,
): ObjectBuffer {
  let held: readonly Fetched[] = [];
  const fetchRange = async ({ start, end }: Range): Promise<Fetched> => {
    const bytes = await objects.getRange(name, start, end);
    stats.requests++;
    stats.bytes += bytes?.byteLength ?? 0;
    if (bytes === null || bytes.byteLength !== end - start)
      throw corrupt(name, bytes === null ? 'it is missing' : 'it is cut short');
    return { start, end, bytes };
  };
  return {
    byteLength,
    prefetch: async (ranges) => {
      held = await Promise.all(joined(ranges).map(fetchRange));
    },
    slice: async (start, end = byteLength) => {
      const range = held.find((other) => other.start <= start && other.end >= end) ?? (await fetchRange({ start, end }));
      return Uint8Array.from(range.bytes.subarray(start - range.start, end - range.start)).buffer;
    },
  };
}

/** The error of a stored file that cannot be read back. */
export function corrupt(name: string, reason: string, cause?: unknown): LivepoolError {
  const message = `stored file ${name} cannot be read: ${reason}; restore it from a copy, or remove its partition and collect again`;
  return new LivepoolError('COLD_OBJECT_CORRUPT', 'terminal', message, { name }, cause);
}

function joined(ranges: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last !== undefined && range.start - last.end < JOIN_GAP_BYTES) {
      found[found.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else found.push(range);
  }
  return found;
}

import { LivepoolError } from '../core/errors.ts';
import type { CopySource, ObjectStat } from '../ports/object-store.ts';

/** Refuses with INPUT_TOO_LARGE an object of more than `maxBytes`; an absent object or limit passes. */
export function checkSize(stat: ObjectStat | null, maxBytes: number | undefined): void {
  if (stat === null || maxBytes === undefined || stat.size <= maxBytes) return;
  throw new LivepoolError(
    'INPUT_TOO_LARGE',
    'terminal',
    `object ${stat.name} has ${stat.size} bytes, at most ${maxBytes} are read`,
    {
      name: stat.name,
      size: stat.size,
      maxBytes,
    },
  );
}

/** Refuses a byte range that is not 0 ≤ start ≤ end in whole bytes. */
export function checkRange(name: string, start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end) return;
  throw new LivepoolError('INVARIANT', 'bug', `range [${start}, ${end}) of object ${name} is not a byte range`);
}

/** The error of a copy whose source generation does not exist (any more). */
export function sourceGone(source: CopySource): LivepoolError {
  const message = `copy source ${source.name} has no generation ${source.generation} (any more): deleted or replaced`;
  return new LivepoolError('OBJECT_SOURCE_GONE', 'terminal', message, { ...source });
}

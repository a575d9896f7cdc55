import { LivepoolError } from '../core/errors.ts';

/** Longest object name, in UTF-8 bytes (the limit of Cloud Storage). */
const MAX_NAME_BYTES = 1024;

/** Longest segment of a name, in UTF-8 bytes: a file system takes 255, an adapter needs room for a suffix. */
const MAX_SEGMENT_BYTES = 200;

/** Refuses an object name outside the ObjectStore contract with OBJECT_NAME_INVALID; every adapter calls it first. */
export function checkObjectName(name: string): void {
  const fault = faultOf(name);
  if (fault === undefined) return;
  throw new LivepoolError('OBJECT_NAME_INVALID', 'terminal', `object name ${JSON.stringify(name)} is refused: ${fault}`, {
    name,
  });
}

/** True for a name that an object may have. */
export function isObjectName(name: string): boolean {
  return faultOf(name) === undefined;
}

/** Like `checkObjectName` for a listing prefix, which may be empty, end in `/` or stop inside a segment. */
export function checkObjectPrefix(prefix: string): void {
  const lastSlash = prefix.lastIndexOf('/');
  if (lastSlash >= 0) checkObjectName(prefix.slice(0, lastSlash));
  const tail = prefix.slice(lastSlash + 1);
  if (tail !== '') checkObjectName(tail);
}

function faultOf(name: string): string | undefined {
  if (!name.isWellFormed()) return 'it holds a lone surrogate';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`;
  return name
    .split('/')
    .map(segmentFault)
    .find((fault) => fault !== undefined);
}

function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'it has an empty segment, or begins or ends with "/"';
  if (segment.startsWith('.')) return 'a segment begins with "."';
  if (/[\p{Cc}\\]/u.test(segment)) return 'it holds a control character or "\\"';
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `a segment is longer than ${MAX_SEGMENT_BYTES} bytes`;
  return undefined;
}

import { LivepoolError } from '../../core/errors.ts';
import { checkObjectName, checkObjectPrefix } from '../../ports/object-name.ts';
import {
  ABSENT,
  type CopySource,
  type Generation,
  type ObjectStat,
  type ObjectStore,
  type PutOptions,
  type StoredObject,
  type WriteOutcome,
} from '../../ports/object-store.ts';

/** An ObjectStore in this process's memory: for tests and dry runs. Only current generations are kept. */
export function memoryObjectStore(): ObjectStore {
  const objects = new Map<string, StoredObject>();
  let lastGeneration = 0;

  const current = (name: string, generation?: Generation): StoredObject | null => {
    checkObjectName(name);
    const object = objects.get(name);
    if (object === undefined || (generation !== undefined && object.stat.generation !== generation)) return null;
    return object;
  };
  const write = (name: string, bytes: Uint8Array, options: PutOptions): WriteOutcome => {
    const found = current(name);
    if ((found?.stat.generation ?? ABSENT) !== options.ifGenerationMatch) return { written: false, current: found?.stat ?? null };
    lastGeneration += 1;
    const stat = statOf(name, String(lastGeneration), bytes, options);
    objects.set(name, { stat, bytes: Uint8Array.from(bytes) });
    return { written: true, stat };
  };

  return {
    get: async (name, options = {}) => {
      const object = current(name, options.generation);
      if (object === null) return null;
      checkSize(object.stat, options.maxBytes);
      return { stat: object.stat, bytes: Uint8Array.from(object.bytes) };
    },
    getRange: async (name, start, end, options = {}) => {
      checkRange(name, start, end);
      return current(name, options.generation)?.bytes.slice(start, end) ?? null;
    },
    stat: async (name) => current(name)?.stat ?? null,
    put: async (name, bytes, options) => write(name, bytes, options),
    copy: async (source, target, options) => {
      checkObjectName(target);
      const object = current(source.name, source.generation);
      if (object === null) throw sourceGone(source);
      return write(target, object.bytes, options);
    },
    list: async (prefix) => {
      checkObjectPrefix(prefix);
      const names = [...objects.keys()].filter((name) => name.startsWith(prefix)).sort();
      return names.map((name) => objects.get(name)!.stat);
    },
    delete: async (name, options) => {
      const found = current(name);
      if (found === null || found.stat.generation !== options.ifGenerationMatch) return false;
      return objects.delete(name);
    },
  };
}

/** Refuses with INPUT_TOO_LARGE an object of more than `maxBytes`. */
export function checkSize(stat: ObjectStat, maxBytes: number | undefined): void {
  if (maxBytes === undefined || stat.size <= maxBytes) return;
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

function statOf(name: string, generation: Generation, bytes: Uint8Array, options: PutOptions): ObjectStat {
  const metadata = Object.freeze({ ...options.metadata });
  return Object.freeze({ name, generation, size: bytes.byteLength, contentType: options.contentType, metadata });
}

import { checkObjectName, checkObjectPrefix } from '../../ports/object-name.ts';
import {
  ABSENT,
  type Generation,
  type ObjectStat,
  type ObjectStore,
  type PutOptions,
  type StoredObject,
  type WriteOutcome,
} from '../../ports/object-store.ts';
import { checkRange, checkSize, sourceGone } from '../object-checks.ts';

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

function statOf(name: string, generation: Generation, bytes: Uint8Array, options: PutOptions): ObjectStat {
  const metadata = Object.freeze({ ...options.metadata });
  return Object.freeze({ name, generation, size: bytes.byteLength, contentType: options.contentType, metadata });
}

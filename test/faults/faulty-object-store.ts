import { createHash } from 'node:crypto';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { type FaultyProcess, underFaults } from './fault-wire.ts';

/** `store` as one process sees it: every method call is one call on the wire. */
export function faultyObjectStore(store: ObjectStore, process: FaultyProcess): ObjectStore {
  const read = <T>(operation: string, target: string, request: () => Promise<T>): Promise<T> =>
    underFaults(process, { port: 'objects', operation, target, isWrite: false }, request);
  const write = <T>(operation: string, target: string, request: () => Promise<T>, content: () => string): Promise<T> =>
    underFaults(process, { port: 'objects', operation, target, isWrite: true }, request, content);
  return {
    get: (name, options) => read('get', name, () => store.get(name, options)),
    getRange: (name, start, end, options) => read('getRange', name, () => store.getRange(name, start, end, options)),
    stat: (name) => read('stat', name, () => store.stat(name)),
    list: (prefix) => read('list', prefix, () => store.list(prefix)),
    put: (name, bytes, options) => {
      const sent = Uint8Array.from(bytes);
      const content = () => `${createHash('sha256').update(sent).digest('hex')} ${JSON.stringify(options)}`;
      return write('put', name, () => store.put(name, sent, options), content);
    },
    copy: (source, target, options) =>
      write(
        'copy',
        target,
        () => store.copy(source, target, options),
        () => JSON.stringify([source, options]),
      ),
    delete: (name, options) =>
      write(
        'delete',
        name,
        () => store.delete(name, options),
        () => JSON.stringify(options),
      ),
  };
}

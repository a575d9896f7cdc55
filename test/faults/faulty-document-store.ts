import { isDeepStrictEqual } from 'node:util';
import { invariant, LivepoolError } from '#shared/core/errors.ts';
import type { DocumentData, DocumentStore, DocumentTransaction } from '#shared/ports/document-store.ts';
import { type CallRecord, type FaultyProcess, underFaults } from './fault-wire.ts';

type BufferedWrite =
  | { readonly kind: 'create' | 'set'; readonly path: string; readonly data: DocumentData }
  | { readonly kind: 'delete'; readonly path: string };

/** What one run of a transaction's body read and wants to write. */
interface Attempt {
  readonly reads: Map<string, DocumentData | null>;
  readonly writes: BufferedWrite[];
}

/**
 * `store` as one process sees it. `get` and `list` are one call each; a transaction is one call for each read (`read`) and one for
 * the commit (`commit`), in every run of its body. A late commit applies only if everything it read is still as it was.
 */
export function faultyDocumentStore(store: DocumentStore, process: FaultyProcess): DocumentStore {
  return {
    get: (path) => underFaults(process, readCall('get', path), () => store.get(path)),
    list: (collection, options) => underFaults(process, readCall('list', collection), () => store.list(collection, options)),
    transaction: (body) => faultyTransaction(store, process, body),
  };
}

/** Ends a body whose commit must not reach the store now. */
class NotSent extends LivepoolError {
  constructor() {
    super('STORE_UNAVAILABLE', 'transient', 'injected: the commit was not sent');
  }
}

async function faultyTransaction<T>(
  store: DocumentStore,
  process: FaultyProcess,
  body: (tx: DocumentTransaction) => Promise<T>,
): Promise<T> {
  // The commit of the latest run of the body; undefined while none was sent.
  let sent: CallRecord | undefined;
  const run = async (tx: DocumentTransaction): Promise<T> => {
    // A second run means that the store refused the first commit; its sender is not there to hear that.
    if (sent?.fault !== undefined) throw new NotSent();
    if (sent !== undefined) await process.leave(sent);
    sent = undefined;
    const attempt: Attempt = { reads: new Map(), writes: [] };
    const value = await body(recording(tx, attempt, process));
    const late = { text: () => textOf(attempt), arrive: () => commitLate(store, attempt) };
    sent = await process.enter(commitCall(attempt), attempt.writes.length > 0 ? late : undefined);
    if (sent.fault?.effect === 'delayed') process.defer(sent, late);
    if (sent.fault !== undefined && sent.fault.effect !== 'applied') throw new NotSent();
    for (const write of attempt.writes) forward(tx, write);
    return value;
  };
  const answer = await store.transaction(run).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (sent !== undefined) await process.leave(sent);
  if ('error' in answer) throw answer.error;
  return answer.value;
}

function recording(tx: DocumentTransaction, attempt: Attempt, process: FaultyProcess): DocumentTransaction {
  return {
    get: async (path) => {
      invariant(attempt.writes.length === 0, `a transaction read ${path} after its first write`);
      const data = await underFaults(process, readCall('read', path), () => tx.get(path));
      attempt.reads.set(path, structuredClone(data));
      return data;
    },
    create: (path, data) => attempt.writes.push({ kind: 'create', path, data: structuredClone(data) }),
    set: (path, data) => attempt.writes.push({ kind: 'set', path, data: structuredClone(data) }),
    delete: (path) => attempt.writes.push({ kind: 'delete', path }),
  };
}

async function commitLate(store: DocumentStore, attempt: Attempt): Promise<void> {
  await store.transaction(async (tx) => {
    for (const [path, seen] of attempt.reads) {
      if (!isDeepStrictEqual(await tx.get(path), seen)) throw new NotSent();
    }
    for (const write of attempt.writes) forward(tx, write);
  });
}

function forward(tx: DocumentTransaction, write: BufferedWrite): void {
  if (write.kind === 'delete') tx.delete(write.path);
  else tx[write.kind](write.path, write.data);
}

function textOf({ reads, writes }: Attempt): string {
  return `commit ${JSON.stringify([...reads])} ${JSON.stringify(writes)}`;
}

function readCall(operation: string, target: string) {
  return { port: 'documents', operation, target, isWrite: false } as const;
}

function commitCall(attempt: Attempt) {
  const target = attempt.writes.map((write) => write.path).join(' ');
  return { port: 'documents', operation: 'commit', target, isWrite: attempt.writes.length > 0 } as const;
}

import type { DocumentSnapshot, Firestore, Transaction } from '@google-cloud/firestore';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { decodeDocument, encodeDocument, parseDocumentPath } from '../../ports/document-shape.ts';
import type { DocumentData, DocumentTransaction } from '../../ports/document-store.ts';
import { type DocumentWrite, documentExists } from '../optimistic-transaction.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import type { CommitTurns, ReadSet } from './commit-turns.ts';
import { callFailed, GRPC, grpcCode } from './grpc-failure.ts';

/** Time of the last write of a document as the service tells it; null = absent. Equal marks mean equal content. */
type UpdateMark = string | null;

/** What a body did: the documents it read, as it saw them, and the writes it asked for. */
interface BodyRun<T> {
  readonly value: T;
  readonly seen: ReadonlyMap<string, UpdateMark>;
  readonly writes: readonly DocumentWrite[];
}

export interface TransactionContext {
  readonly firestore: Firestore;
  readonly timing: CallTiming;
  readonly turns: CommitTurns;
}

/**
 * Runs `body` on a consistent snapshot and commits its writes if everything it read is still as it was; otherwise runs it again,
 * within the budget. So no lock is held while a body waits, and a body may wait for another transaction on the same document.
 */
export async function runSnapshotTransaction<T>(
  context: TransactionContext,
  body: (tx: DocumentTransaction) => Promise<T>,
): Promise<T> {
  const attempt = async (reads: ReadSet): Promise<Attempt<T>> => {
    const run = await runBody(context, reads, body);
    if ('again' in run) return run;
    if (run.done.writes.length === 0) return { done: run.done.value };
    return context.turns.inTurn(async () => (reads.isStale ? contention(run.done) : commitRun(context, run.done)));
  };
  return boundedAttempts(context.timing, () => context.turns.watch(attempt));
}

/** Thrown through the body when a read fails, so that nothing the body makes of it counts. */
class ReadFailed extends Error {
  readonly error: LivepoolError;

  constructor(error: LivepoolError) {
    super(error.message);
    this.error = error;
  }
}

async function runBody<T>(
  { firestore, timing }: TransactionContext,
  reads: ReadSet,
  body: (tx: DocumentTransaction) => Promise<T>,
): Promise<Attempt<BodyRun<T>>> {
  let readFailure: LivepoolError | undefined;
  const seen = new Map<string, UpdateMark>();
  const writes: DocumentWrite[] = [];
  let isOpen = true;
  const write = (entry: DocumentWrite): void => {
    invariant(isOpen, `a write to ${entry.path} came after its transaction ended`);
    parseDocumentPath(entry.path);
    writes.push(entry);
  };
  const readAt = snapshotReads(firestore);
  const tx: DocumentTransaction = {
    get: async (path) => {
      parseDocumentPath(path);
      invariant(isOpen, `a read of ${path} came after its transaction ended`);
      invariant(writes.length === 0, `a transaction read ${path} after its first write`);
      reads.paths.add(path);
      try {
        const document = await answerInTime(timing, () => readAt(path));
        seen.set(path, markOf(document.updateTime));
        return plainData(path, document.data());
      } catch (thrown) {
        readFailure ??= callFailed(thrown, 'Firestore', `a read of ${path} in a transaction`);
        throw new ReadFailed(readFailure);
      }
    },
    create: (path, data) => write({ kind: 'create', path, text: encodeDocument(path, data) }),
    set: (path, data) => write({ kind: 'set', path, text: encodeDocument(path, data) }),
    delete: (path) => write({ kind: 'delete', path }),
  };
  try {
    const value = await body(tx);
    if (readFailure === undefined) return { done: { value, seen, writes } };
  } catch (thrown) {
    if (readFailure === undefined) throw thrown;
  } finally {
    isOpen = false;
  }
  if (readFailure.kind !== 'transient') throw readFailure;
  return { again: readFailure };
}

/** Thrown by a read that shows the first document of the run already replaced. */
class SnapshotLost extends Error {}

/**
 * Reads documents as they were together: the first as it is, each other one together with the first at one later time, so that
 * a change of the first in between is seen. The client's read-only transactions would do the same, but leave a rejected promise
 * to nobody when their first read fails, which ends the process.
 */
function snapshotReads(firestore: Firestore): (path: string) => Promise<DocumentSnapshot> {
  let first: Promise<DocumentSnapshot> | undefined;
  return async (path) => {
    if (first === undefined) {
      first = firestore.doc(path).get();
      return first;
    }
    const { ref, readTime, updateTime } = await first;
    const readBoth = (tx: Transaction) => tx.getAll(ref, firestore.doc(path));
    const [again, found] = await firestore.runTransaction(readBoth, { readOnly: true, readTime });
    if (markOf(again?.updateTime) !== markOf(updateTime)) throw new SnapshotLost(`${ref.path} changed while it was read`);
    return found!;
  };
}

/** Checks and writes under the service's locks, in one attempt. */
async function commitRun<T>({ firestore, timing, turns }: TransactionContext, run: BodyRun<T>): Promise<Attempt<T>> {
  let isCommitting = false;
  let isAbandoned = false;
  const check = async (tx: Transaction): Promise<'changed' | 'written'> => {
    const now = await readMarks(firestore, tx, [...run.seen.keys(), ...createdPaths(run.writes)]);
    // The marks came after the attempt was given up: a commit now would be one too many.
    if (isAbandoned) return 'changed';
    for (const [path, mark] of run.seen) if (now.get(path) !== mark) return 'changed';
    for (const [path, text] of finalTexts(run.writes, now)) {
      if (text === null) tx.delete(firestore.doc(path));
      else tx.set(firestore.doc(path), decodeDocument(text));
    }
    isCommitting = true;
    return 'written';
  };
  try {
    const outcome = await answerInTime(timing, () => firestore.runTransaction(check, { maxAttempts: 1 }));
    if (outcome === 'changed') return contention(run);
    turns.written(run.writes.map(({ path }) => path));
    return { done: run.value };
  } catch (thrown) {
    isAbandoned = true;
    return afterFailedCommit(thrown, isCommitting, run);
  }
}

async function readMarks(firestore: Firestore, tx: Transaction, paths: readonly string[]): Promise<Map<string, UpdateMark>> {
  if (paths.length === 0) return new Map();
  const unique = [...new Set(paths)];
  const snapshots = await tx.getAll(...unique.map((path) => firestore.doc(path)));
  return new Map(snapshots.map(({ updateTime }, index) => [unique[index]!, markOf(updateTime)]));
}

function createdPaths(writes: readonly DocumentWrite[]): string[] {
  return writes.filter((write) => write.kind === 'create').map((write) => write.path);
}

/** Text of every written document after all writes in order, null = absent; a `create` on one that is there is refused. */
function finalTexts(writes: readonly DocumentWrite[], now: ReadonlyMap<string, UpdateMark>): Map<string, string | null> {
  const texts = new Map<string, string | null>();
  for (const write of writes) {
    const isThere = texts.has(write.path) ? texts.get(write.path) !== null : (now.get(write.path) ?? null) !== null;
    if (write.kind === 'create' && isThere) throw documentExists(write.path);
    texts.set(write.path, write.kind === 'delete' ? null : write.text);
  }
  return texts;
}

/** A failure before the commit was sent wrote nothing; after that only a refusal in so many words did. */
function afterFailedCommit(thrown: unknown, isCommitting: boolean, run: BodyRun<unknown>): { readonly again: LivepoolError } {
  if (thrown instanceof LivepoolError) throw thrown;
  if (isLostLock(thrown)) return contention(run);
  const error = callFailed(thrown, 'Firestore', 'a commit');
  if (isCommitting && error.kind === 'transient') {
    const message = `the answer to a commit was lost (${error.message}); read what it would have written`;
    throw new LivepoolError('COMMIT_UNKNOWN', 'transient', message, { paths: run.writes.map(({ path }) => path) }, thrown);
  }
  if (error.kind === 'transient') return { again: error };
  throw error;
}

/** The service gave the transaction up, for another one or for its age; the commit was sent once, so it was not applied. */
function isLostLock(thrown: unknown): boolean {
  const code = grpcCode(thrown);
  if (code === GRPC.aborted) return true;
  return (
    code === GRPC.invalidArgument && thrown instanceof Error && /transaction (has|is) (expired|invalid)/i.test(thrown.message)
  );
}

function contention({ seen }: BodyRun<unknown>): { readonly again: LivepoolError } {
  const paths = [...seen.keys()];
  const message = `other transactions kept changing ${paths.join(', ')}; run it again`;
  return { again: new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { paths }) };
}

function markOf(time: { readonly seconds: number; readonly nanoseconds: number } | undefined): UpdateMark {
  return time === undefined ? null : `${time.seconds}.${time.nanoseconds}`;
}

/** Data of a snapshot as plain maps; what only Firestore knows (timestamps, references, bytes) is DOCUMENT_INVALID. */
export function plainData(path: string, data: Readonly<Record<string, unknown>>): DocumentData;
export function plainData(path: string, data: Readonly<Record<string, unknown>> | undefined): DocumentData | null;
export function plainData(path: string, data: Readonly<Record<string, unknown>> | undefined): DocumentData | null {
  return data === undefined ? null : decodeDocument(encodeDocument(path, data as DocumentData));
}

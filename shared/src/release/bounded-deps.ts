import { LivepoolError } from '../core/errors.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ReleaseDeps } from './release-deps.ts';

/** Errors of a store or signer that did not answer. Their request may have been applied: every step asks before it believes. */
const UNANSWERED: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'COMMIT_UNKNOWN', 'SIGNING_FAILED']);

type Attempt = <T>(what: string, isWrite: boolean, call: () => Promise<T>) => Promise<T>;

/**
 * The same ports inside one act's budget (release spec §6): unanswered calls are tried again with jitter, no write begins after
 * `lastWriteMs`, two writes of one object keep their distance. The budget begins now; spent, it is BUDGET_SPENT (transient).
 */
export function boundedDeps(deps: ReleaseDeps): ReleaseDeps {
  const attempt = budgetedAttempt(deps, deps.clock.nowMs());
  const documents = boundedDocuments(deps.documents, attempt);
  return {
    ...deps,
    objects: boundedObjects(deps, attempt),
    documents,
    runs: deps.runs === deps.documents ? documents : boundedDocuments(deps.runs, attempt),
    signer: { ...deps.signer, sign: (message) => attempt('sign', false, () => deps.signer.sign(message)) },
  };
}

function budgetedAttempt({ clock, random, policy }: ReleaseDeps, startedMs: number): Attempt {
  return async (what, isWrite, call) => {
    for (let attempt = 1; ; attempt++) {
      const spentMs = clock.nowMs() - startedMs;
      if (spentMs >= (isWrite ? policy.lastWriteMs : policy.budgetMs)) throw budgetSpent(what, spentMs);
      try {
        return await call();
      } catch (error) {
        if (!isUnanswered(error) || attempt >= policy.maxAttempts) throw error;
      }
      const ceilingMs = Math.min(policy.maxRetryDelayMs, policy.firstRetryDelayMs * 2 ** (attempt - 1));
      await clock.sleep(Math.ceil(ceilingMs * (0.5 + random.next() / 2)));
    }
  };
}

function boundedObjects({ objects, clock, policy }: ReleaseDeps, attempt: Attempt): ObjectStore {
  const lastWriteMs = new Map<string, number>();
  const write = <T>(name: string, call: () => Promise<T>): Promise<T> =>
    attempt(`write ${name}`, true, async () => {
      const last = lastWriteMs.get(name);
      const waitMs = last === undefined ? 0 : last + policy.sameObjectGapMs - clock.nowMs();
      if (waitMs > 0) await clock.sleep(waitMs);
      lastWriteMs.set(name, clock.nowMs());
      return call();
    });
  const read = <T>(name: string, call: () => Promise<T>): Promise<T> => attempt(`read ${name}`, false, call);
  return {
    get: (name, options) => read(name, () => objects.get(name, options)),
    getRange: (name, start, end, options) => read(name, () => objects.getRange(name, start, end, options)),
    stat: (name) => read(name, () => objects.stat(name)),
    list: (prefix) => read(prefix, () => objects.list(prefix)),
    put: (name, bytes, options) => write(name, () => objects.put(name, bytes, options)),
    copy: (source, target, options) => write(target, () => objects.copy(source, target, options)),
    delete: (name, options) => write(name, () => objects.delete(name, options)),
  };
}

/** A body runs again after a lost answer, so bodies begin by looking whether they took effect already. */
function boundedDocuments(documents: DocumentStore, attempt: Attempt): DocumentStore {
  return {
    get: (path) => attempt(`read ${path}`, false, () => documents.get(path)),
    list: (collection, options) => attempt(`list ${collection}`, false, () => documents.list(collection, options)),
    transaction: (body) => attempt('transaction', true, () => documents.transaction(body)),
  };
}

function isUnanswered(error: unknown): boolean {
  return error instanceof LivepoolError && UNANSWERED.has(error.code);
}

function budgetSpent(what: string, spentMs: number): LivepoolError {
  const message = `the budget of this act was spent after ${spentMs} ms, before: ${what}; run the same command again`;
  return new LivepoolError('BUDGET_SPENT', 'transient', message, { what, spentMs });
}

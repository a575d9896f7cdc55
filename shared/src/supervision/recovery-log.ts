import { checkContract } from '../contracts/decode.ts';
import { WORKER_COLLECTIONS, WORKER_PATHS } from '../contracts/names.ts';
import { type RecoveryStep, recoveryStepSchema } from '../contracts/recovery.ts';
import { LivepoolError } from '../core/errors.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import { CHAIN_START, chained } from './hash-chain.ts';

export type UnlinkedStep = Omit<RecoveryStep, 'schema' | 'seq' | 'prev_hash' | 'hash'>;

/** What was done to recover components, in order; every line carries the hash of the one before. */
export class RecoveryLog {
  readonly #store: DocumentStore;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  /** Adds a line after all that were asked for before it. */
  append(step: UnlinkedStep): Promise<RecoveryStep> {
    const added = this.#tail.then(() => this.#add(step));
    this.#tail = added.catch(() => undefined);
    return added;
  }

  /** The newest lines, oldest first. */
  async newest(most: number): Promise<readonly RecoveryStep[]> {
    const entries = await this.#store.list(WORKER_COLLECTIONS.recoveryLog, { descending: true, limit: most });
    return entries.map(({ id, data }) => stepOf(id, data)).toReversed();
  }

  /** Lines that lie `offset` behind the newest one, oldest first, and how many there are in all: those of the beginning may be gone. */
  async page(offset: number, limit: number): Promise<{ readonly steps: readonly RecoveryStep[]; readonly total: number }> {
    const newest = await this.newest(offset + limit);
    const [oldest] = await this.#store.list(WORKER_COLLECTIONS.recoveryLog, { limit: 1 });
    const total = oldest === undefined ? 0 : newest.at(-1)!.seq - stepOf(oldest.id, oldest.data).seq + 1;
    return { steps: newest.slice(0, Math.max(0, newest.length - offset)).slice(-limit), total };
  }

  /** The place of a line is decided where it is written, so that two writers cannot both be next. */
  async #add(step: UnlinkedStep): Promise<RecoveryStep> {
    const [last] = await this.newest(1);
    return this.#store.transaction(async (tx) => {
      const linked = { schema: 'recovery/1' as const, seq: (last?.seq ?? 0) + 1, ...step };
      const record: RecoveryStep = chained(linked, last?.hash ?? CHAIN_START);
      tx.create(WORKER_PATHS.recoveryStep(record.seq), record);
      return record;
    });
  }
}

function stepOf(id: string, data: unknown): RecoveryStep {
  const step = checkContract(recoveryStepSchema, data, `recovery_log/${id}`);
  if (step.ok) return step.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', step.error.message, step.error.details);
}

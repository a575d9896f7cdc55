import { createHash } from 'node:crypto';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { CrashError, type FaultyProcess, type LateWrite } from '../../faults/fault-wire.ts';
import { faultyDocumentStore } from '../../faults/faulty-document-store.ts';
import { faultyObjectStore } from '../../faults/faulty-object-store.ts';
import { faultySigner } from '../../faults/faulty-signer.ts';
import { invariantJudge, type Judge, type JudgeMemory } from '../invariants.ts';
import { depsOver, LAB_NOW_MS, restlessClock, type Stores, signerOne, signerTwo } from '../support/release-lab.ts';
import type { RewindableStores, Snapshot } from './rewindable-stores.ts';

/** Everything that outlives the processes: two worlds with one key have the same future. */
export interface World {
  readonly snapshot: Snapshot;
  /** Writes of dead processes that are still on their way. */
  readonly late: readonly LateWrite[];
  readonly memory: JudgeMemory;
  readonly nowMs: number;
  /** Newest act when a foreign hand last touched the mirror. */
  readonly damagedAt: number | null;
  /** The second key signs; the first is still trusted. */
  readonly isRotated: boolean;
}

const NOTHING_SEEN: JudgeMemory = { sealedAs: {}, lastSeq: 0, lastSummary: '' };

/** The world of these stores as they are, with no past. */
export function worldOf(stores: RewindableStores, nowMs = LAB_NOW_MS): World {
  return { snapshot: stores.snapshot(), late: [], memory: NOTHING_SEEN, nowMs, damagedAt: null, isRotated: false };
}

/** Text that is equal for two worlds exactly when nothing tells them apart. */
export function worldKey({ snapshot, late, memory, nowMs, damagedAt, isRotated }: World): string {
  const writes = late.map(({ callsLeft, request }) => `${callsLeft} ${request.text()}`);
  const text = JSON.stringify([snapshot.key, writes, memory, nowMs, damagedAt, isRotated]);
  return createHash('sha256').update(text).digest('base64');
}

/** The judge that goes on where this world's past stands. */
export function judgeOf(stores: Stores, world: Pick<World, 'memory' | 'damagedAt'>, damagedAt = () => world.damagedAt): Judge {
  return invariantJudge(stores, {
    publicKeys: [signerOne.publicKeyDer, signerTwo.publicKeyDer],
    namespace: releaseNamespace('dev'),
    memory: world.memory,
    damagedAt,
  });
}

/** Deps of one process whose every call goes over its wire. */
export function wiredDeps(
  stores: Stores,
  process: FaultyProcess,
  { clock = restlessClock(), isRotated = false, policy = {} }: WiredOptions = {},
): ReleaseDeps {
  const objects = faultyObjectStore(stores.objects, process);
  const documents = faultyDocumentStore(stores.documents, process);
  const signer = faultySigner(isRotated ? signerTwo : signerOne, process);
  return depsOver({ objects, documents }, { clock, signer, policy, keys: [signerOne, signerTwo] });
}

export interface WiredOptions {
  readonly clock?: ReleaseDeps['clock'];
  readonly isRotated?: boolean;
  readonly policy?: Partial<ReleaseDeps['policy']>;
}

/** Lives until the end or the crash; a process may also end with a transient error, whose cure is to run it again. */
export async function survive<T>(live: () => Promise<T>): Promise<T | null> {
  try {
    return await live();
  } catch (error) {
    if (error instanceof CrashError) return null;
    if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
    return null;
  }
}

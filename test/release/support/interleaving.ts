import fc from 'fast-check';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ActResult } from '#shared/release/act.ts';
import { recover } from '#shared/release/recover.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { CrashError, type Fault, faultWire } from '../../faults/fault-wire.ts';
import { faultyDocumentStore } from '../../faults/faulty-document-store.ts';
import { faultyObjectStore } from '../../faults/faulty-object-store.ts';
import { faultySigner } from '../../faults/faulty-signer.ts';
import { type Turn, turnGate } from '../campaign/turn-gate.ts';
import { invariantJudge } from '../invariants.ts';
import { depsOver, restlessClock, type Stores, signerOne } from './release-lab.ts';

/** One process of a race: what it wants, and whether it dies on the way. */
export interface Actor {
  readonly name: string;
  readonly act: (deps: ReleaseDeps) => Promise<ActResult>;
}

/** At most one crash or lost answer for each actor; calls beyond the end of its life never happen. */
export const actorFault: fc.Arbitrary<readonly Fault[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        call: fc.nat(75),
        effect: fc.constantFrom('none', 'applied', 'delayed'),
        outcome: fc.constantFrom('crash', 'error'),
        delayCalls: fc.nat(60),
      })
      .map((fault): readonly Fault[] => [fault as Fault]),
  },
);

/** Orders of calls for `count` actors, with short turns and long ones. */
export function turns(count: number): fc.Arbitrary<readonly Turn[]> {
  const calls = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 90 }));
  return fc.array(fc.record({ actor: fc.nat(count - 1), calls }), { maxLength: 16 });
}

/**
 * Runs all actors at once, one store call at a time in the order of `plan`; what it leaves open is
 * finished one actor after the other. Nobody waits for a lease: it is seized at
 * any moment. The judge looks after every write; at last a fresh process recovers, and late writes arrive. A past whose mirror was
 * damaged breaks I3 until it is mended: `damagedMirror` lets that pass until the end.
 */
export async function race(
  stores: Stores,
  plan: readonly Turn[],
  actors: readonly Actor[],
  faults: readonly (readonly Fault[])[],
  options: { readonly damagedMirror?: boolean } = {},
): Promise<void> {
  const judge = invariantJudge(stores, { publicKeys: [signerOne.publicKeyDer], namespace: releaseNamespace('dev') });
  const gate = turnGate();
  const wire = faultWire({
    before: ({ process }) => gate.wait(process),
    after: ({ isWrite, process, call, operation, target }) =>
      isWrite
        ? judge.check(`after ${process} call ${call} ${operation} ${target}`).catch((error: unknown) => {
            if (options.damagedMirror !== true || !String(error).startsWith('Error: I3 ')) throw error;
          })
        : undefined,
  });
  const clock = restlessClock();
  const deps = (name: string, own: readonly Fault[]): ReleaseDeps => {
    const process = wire.process(name, own);
    const world = {
      objects: faultyObjectStore(stores.objects, process),
      documents: faultyDocumentStore(stores.documents, process),
    };
    return depsOver(world, { clock, signer: faultySigner(signerOne, process), policy: { leaseMs: 0 } });
  };
  const lives = new Map(actors.map(({ name, act }, index) => [name, survive(() => act(deps(name, faults[index] ?? [])))]));
  await gate.direct(lives, plan);
  await recover(depsOver(stores, { clock, policy: { leaseMs: 0 } }), { runKey: 'manual:auditor' });
  await judge.checkSettled('after recover');
  await wire.flush();
  await judge.check('after late writes');
  await recover(depsOver(stores, { clock, policy: { leaseMs: 0 } }), { runKey: 'manual:auditor' });
  await judge.checkSettled('at the end');
}

/** Counts of schedules are a matter of patience: the campaign asks for more than every run of the tests does. */
export const SCHEDULES = {
  numRuns: Number(process.env.RELEASE_SCHEDULES ?? 20),
  seed: Number(process.env.RELEASE_SEED ?? 20260402),
  endOnFailure: true,
};

/** A process may die or lose its epoch; every other end is an answer. */
async function survive(live: () => Promise<unknown>): Promise<void> {
  try {
    await live();
  } catch (error) {
    if (error instanceof CrashError) return;
    if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
  }
}

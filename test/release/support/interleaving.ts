import fc, { type Scheduler } from 'fast-check';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ActResult } from '#shared/release/act.ts';
import { recover } from '#shared/release/recover.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { CrashError, type Fault, faultWire } from '../../faults/fault-wire.ts';
import { faultyDocumentStore } from '../../faults/faulty-document-store.ts';
import { faultyObjectStore } from '../../faults/faulty-object-store.ts';
import { faultySigner } from '../../faults/faulty-signer.ts';
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

/**
 * Runs all actors at once, one store call at a time in the order that the scheduler chooses. Nobody waits for a lease: it is seized at
 * any moment. The judge looks after every write; at last a fresh process recovers, and late writes arrive.
 */
export async function race(
  stores: Stores,
  scheduler: Scheduler,
  actors: readonly Actor[],
  faults: readonly (readonly Fault[])[],
): Promise<void> {
  const judge = invariantJudge(stores, { publicKeys: [signerOne.publicKeyDer], namespace: releaseNamespace('dev') });
  const turn = turnstile();
  const wire = faultWire({
    before: async ({ process, operation, target }) => {
      await scheduler.schedule(Promise.resolve(), `${process} ${operation} ${target}`);
      await turn.enter();
    },
    after: async ({ isWrite, process, call, operation, target }) => {
      try {
        if (isWrite) await judge.check(`after ${process} call ${call} ${operation} ${target}`);
      } finally {
        turn.leave();
      }
    },
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
  const lives = actors.map(({ name, act }, index) => survive(() => act(deps(name, faults[index] ?? []))));
  await scheduler.waitFor(Promise.all(lives));
  await recover(depsOver(stores, { clock, policy: { leaseMs: 0 } }), { runKey: 'manual:auditor' });
  await judge.checkSettled('after recover');
  await wire.flush();
  await judge.check('after late writes');
  await recover(depsOver(stores, { clock, policy: { leaseMs: 0 } }), { runKey: 'manual:auditor' });
  await judge.checkSettled('at the end');
}

/** Counts of schedules are a matter of patience: the campaign asks for more than every run of the tests does. */
export const SCHEDULES = {
  numRuns: Number(process.env.RELEASE_SCHEDULES ?? 60),
  seed: Number(process.env.RELEASE_SEED ?? 20260402),
  endOnFailure: true,
};

/** Lets one call at a time reach the stores, so that the judge sees a still picture. */
function turnstile(): { enter(): Promise<void>; leave(): void } {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  return {
    enter: async () => {
      if (isTaken) await new Promise<void>((resolve) => waiting.push(resolve));
      isTaken = true;
    },
    leave: () => {
      const next = waiting.shift();
      isTaken = next !== undefined;
      next?.();
    },
  };
}

/** A process may die or lose its epoch; every other end is an answer. */
async function survive(live: () => Promise<unknown>): Promise<void> {
  try {
    await live();
  } catch (error) {
    if (error instanceof CrashError) return;
    if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
  }
}

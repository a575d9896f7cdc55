import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { type FaultWire, faultWire } from '../../faults/fault-wire.ts';
import type { Judge } from '../invariants.ts';
import { depsOver, restlessClock, signerOne, signerTwo } from '../support/release-lab.ts';
import type { Protocol } from './protocol.ts';
import type { RewindableStores } from './rewindable-stores.ts';
import { turnGate } from './turn-gate.ts';
import { judgeOf, type World } from './world.ts';

/** What schedules are carried out with. */
export interface Lab {
  readonly stores: RewindableStores;
  readonly protocol: Protocol;
  /** Written by everything that is carried out. */
  readonly counts: { processes: number; judgements: number };
}

/** One command under way: the stores taken back to its world, a judge, a wire and a clock that go on from there. */
export interface Scene {
  readonly lab: Lab;
  readonly world: World;
  readonly judge: Judge;
  readonly wire: FaultWire;
  readonly gate: ReturnType<typeof turnGate>;
  readonly clock: ReturnType<typeof restlessClock>;
  readonly plainDeps: () => ReleaseDeps;
  readonly look: (when: string) => Promise<void>;
  /** A foreign hand was on the mirror. */
  readonly damaged: () => Promise<void>;
  readonly mended: () => void;
  readonly isDamaged: () => boolean;
  readonly close: () => World;
}

/** Takes the stores back to a world. */
export function openScene(lab: Lab, world: World): Scene {
  const { stores, counts } = lab;
  stores.rewind(world.snapshot);
  let { damagedAt } = world;
  const judge = judgeOf(stores, world, () => damagedAt);
  const look = async (when: string): Promise<void> => {
    counts.judgements += 1;
    await judge.check(when);
  };
  const gate = turnGate();
  const wire = faultWire(
    {
      before: ({ process }) => gate.wait(process),
      after: ({ isWrite, process, call, operation, target }) =>
        isWrite ? look(`after ${process} call ${call} ${operation} ${target}`) : undefined,
    },
    world.late,
  );
  const clock = restlessClock(world.nowMs);
  const keys = { keys: [signerOne, signerTwo], signer: world.isRotated ? signerTwo : signerOne };
  return {
    lab,
    world,
    judge,
    wire,
    gate,
    clock,
    plainDeps: () => depsOver(stores, { clock, ...keys }),
    look,
    damaged: async () => {
      damagedAt = Number((await stores.documents.get(DOCUMENT_PATHS.head))?.publish_seq ?? 0);
    },
    mended: () => {
      damagedAt = null;
    },
    isDamaged: () => damagedAt !== null,
    close: () => ({
      ...world,
      snapshot: stores.snapshot(),
      late: wire.lateWrites(),
      memory: judge.memory(),
      nowMs: clock.nowMs(),
      damagedAt,
    }),
  };
}

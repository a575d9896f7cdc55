import type { ActResult } from '#shared/release/act.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { type CallRecord, type FaultWire, faultWire, type LateRequest } from '../../faults/fault-wire.ts';
import type { Judge } from '../invariants.ts';
import { type CrashScenario, expectEnd, type Recovery } from '../support/crash-sweep.ts';
import { depsOver, restlessClock } from '../support/release-lab.ts';
import { PROTOCOL } from './protocol.ts';
import { type RewindableStores, rewindableStores } from './rewindable-stores.ts';
import { judgeOf, type World, wiredDeps, worldKey, worldOf } from './world.ts';

/** After how many further calls a late write arrives; a number beyond every life means after the last process. */
export interface CrashDelays {
  /** For writes of the act itself. */
  readonly first: readonly number[];
  /** For writes of the process that comes after it; null leaves double crashes out. */
  readonly second: readonly number[] | null;
}

export interface CrashFigures {
  /** Calls of the act without a crash. */
  readonly calls: number;
  /** Points at which the act was killed. */
  readonly singles: number;
  /** Pairs of such points: the act, then the process that came after it. */
  readonly doubles: number;
  /** Different worlds that the crashes left; what comes after each was carried out once. */
  readonly worlds: number;
  readonly processes: number;
  /** Times that the judge looked at I1–I8. */
  readonly judgements: number;
}

/** A world that crashes left, how many crash points lead to it, and the first of them. */
interface CrashedWorld {
  readonly world: World;
  points: number;
  readonly path: readonly string[];
}

/**
 * Every single and every double crash of an act: killed at each call before it, applied but unacknowledged, or applied later; then
 * the process that recovers killed in the same ways; then a third that finishes. Crash points that leave equal worlds share
 * what comes after, since processes are deterministic: that makes all pairs affordable. The judge looks after every write.
 */
export async function sweepCrashes(scenario: CrashScenario, recovery: Recovery, delays: CrashDelays): Promise<CrashFigures> {
  const stores = rewindableStores();
  await scenario.prepare(depsOver(stores));
  const lab: CrashLab = { scenario, recovery, stores, counts: { processes: 0, judgements: 0 } };
  const start: CrashedWorld = { world: worldOf(stores), points: 1, path: [] };
  const once = new Map<string, CrashedWorld>();
  const calls = await liveFrom(lab, start, delays.first, once);
  const twice = new Map<string, CrashedWorld>();
  for (const crashed of once.values()) await liveFrom(lab, crashed, delays.second ?? [], delays.second === null ? null : twice);
  for (const crashed of twice.values()) await liveFrom(lab, crashed, [], null);
  const points = (worlds: Map<string, CrashedWorld>): number =>
    [...worlds.values()].reduce((sum, world) => sum + world.points, 0);
  return { calls, singles: points(once), doubles: points(twice), worlds: once.size + twice.size, ...lab.counts };
}

interface CrashLab {
  readonly scenario: CrashScenario;
  readonly recovery: Recovery;
  readonly stores: RewindableStores;
  readonly counts: { processes: number; judgements: number };
}

/** One process to its end, which must be the end of the story; every crash on its way goes to `crashes`. Returns its calls. */
async function liveFrom(
  lab: CrashLab,
  from: CrashedWorld,
  delays: readonly number[],
  crashes: Map<string, CrashedWorld> | null,
): Promise<number> {
  const { scenario, stores, counts } = lab;
  const isFirst = from.path.length === 0;
  try {
    stores.rewind(from.world.snapshot);
    const judge = judgeOf(stores, from.world);
    const look = async (when: string): Promise<void> => {
      counts.judgements += 1;
      await judge.check(when);
    };
    const nowMs = from.world.nowMs + (isFirst ? 0 : 301_000);
    const moment = (): World => ({ ...from.world, snapshot: stores.snapshot(), memory: judge.memory(), late: [], nowMs });
    const wire: FaultWire = wireOf(from, { look, moment, delays, crashes });
    counts.processes += 1;
    const deps = wiredDeps(stores, wire.process(`process ${from.path.length + 1}`), { clock: restlessClock(nowMs) });
    const answer = isFirst ? await scenario.act(deps) : await comeBack(lab, deps, judge);
    if (answer.outcome !== 'COMMITTED') throw new Error(`ended with ${JSON.stringify(answer)}`);
    await judge.checkSettled('at the end');
    await wire.flush();
    await judge.checkSettled('after late writes');
    await expectEnd(scenario, stores);
    return wire.log.length;
  } catch (error) {
    throw new Error(`${scenario.name}, ${lab.recovery}, ${from.path.join(', then ')}: ${String(error)}`, { cause: error });
  }
}

interface Watch {
  readonly look: (when: string) => Promise<void>;
  readonly moment: () => World;
  readonly delays: readonly number[];
  readonly crashes: Map<string, CrashedWorld> | null;
}

/** A wire that is never faulty itself: it notes the world that a fault at each of its calls would leave. */
function wireOf(from: CrashedWorld, { look, moment, delays, crashes }: Watch): FaultWire {
  let pending = from.world.late.length;
  const note = (record: CallRecord, how: string, more: World['late'] = []): void => {
    if (crashes === null) return;
    const world = { ...moment(), late: [...wire.lateWrites(), ...more] };
    const key = worldKey(world);
    const known = crashes.get(key);
    if (known !== undefined) known.points += from.points;
    else crashes.set(key, { world, points: from.points, path: [...from.path, `${how} ${textOf(record)}`] });
  };
  const wire = faultWire(
    {
      reached: async (record, request: LateRequest | undefined) => {
        if (wire.pending() < pending) await look(`after a late write, at ${textOf(record)}`);
        pending = wire.pending();
        note(record, 'killed before');
        if (request === undefined) return;
        for (const callsLeft of delays) note(record, `killed, ${callsLeft} calls late,`, [{ callsLeft, request }]);
      },
      after: async (record) => {
        if (!record.isWrite) return;
        await look(`after ${textOf(record)}`);
        note(record, 'killed after');
      },
    },
    from.world.late,
  );
  return wire;
}

async function comeBack({ scenario, recovery }: CrashLab, deps: ReleaseDeps, judge: Judge): Promise<ActResult> {
  if (recovery === 'recover-first') {
    const answer = await PROTOCOL.recover(deps, { runKey: 'manual:auditor' });
    // A look that finds nothing settles nothing: a late intent of the dead process may still arrive, for the next one to find.
    if (answer.outcome === 'COMMITTED') await judge.checkSettled('after recover');
  }
  return scenario.act(deps);
}

function textOf({ process, call, operation, target }: CallRecord): string {
  return `${process} call ${call} ${operation} ${target}`;
}

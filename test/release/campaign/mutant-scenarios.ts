import { setImmediate } from 'node:timers/promises';
import { type CallRecord, faultWire } from '../../faults/fault-wire.ts';
import type { Judge } from '../invariants.ts';
import { approval, depsOver, publishInput, restlessClock, V1, V2, V3 } from '../support/release-lab.ts';
import type { ScenarioName } from './mutants.ts';
import type { Protocol } from './protocol.ts';
import { type RewindableStores, rewindableStores } from './rewindable-stores.ts';
import { type Turn, turnGate } from './turn-gate.ts';
import { judgeOf, survive, type World, wiredDeps, worldOf } from './world.ts';

type Deps = Parameters<Protocol['recover']>[0];

/** What one process of a scenario wants. */
interface Side {
  readonly name: string;
  readonly act: (protocol: Protocol, deps: Deps) => Promise<unknown>;
}

interface Duel {
  /** Versions published before. */
  readonly history: readonly string[];
  readonly sides: readonly Side[];
  /** Every plan of the scenario. */
  readonly plans: (probe: Probe) => Promise<readonly (readonly Turn[])[]>;
}

/** The calls that a side makes when it goes on to its end after a plan. */
type Probe = (plan: readonly Turn[], actor: number) => Promise<readonly CallRecord[]>;

const publishes = (version: string, twist: number, run = 'a'): Side => ({
  name: `publish ${version} run ${run}`,
  act: ({ publish }, deps) => publish(deps, publishInput(version, { twist, run })),
});
const rollsBack: Side = {
  name: `rollback ${V1}`,
  act: ({ rollback }, deps) => rollback(deps, { runKey: 'manual:back', target: V1, approval }),
};

const FOR_EVER = 1_000;

/** The first sleeps after each of its calls through the whole life of the second. */
const SLEEPER: Duel['plans'] = async (probe) => {
  const { length } = await probe([], 0);
  return Array.from({ length: length + 1 }, (_, asleep) => [
    { actor: 0, calls: asleep },
    { actor: 1, calls: FOR_EVER },
  ]);
};

/**
 * The schedule that two processes cannot show (rule O1): the second has taken over from the first, which wakes for one copy; the second
 * asks what happened, and between any two of its calls the third overrides both and commits.
 */
const THIRD_PASSES: Duel['plans'] = async (probe) => {
  const untilCopy = (calls: readonly CallRecord[]): number => calls.findIndex(({ operation }) => operation === 'copy');
  const first: Turn = { actor: 0, calls: untilCopy(await probe([], 0)) };
  const second: Turn = { actor: 1, calls: untilCopy(await probe([first], 1)) };
  const wakes: Turn = { actor: 0, calls: 1 };
  return [...Array(8).keys()].map((asked) => [
    first,
    second,
    wakes,
    { actor: 1, calls: asked },
    { actor: 2, calls: FOR_EVER },
    { actor: 1, calls: FOR_EVER },
  ]);
};

const IN_ORDER: Duel['plans'] = async () => [[0, 1, 2].map((actor) => ({ actor, calls: FOR_EVER }))];

const DUELS: Readonly<Record<ScenarioName, Duel>> = {
  'publish ‖ newer publish': { history: [V1], sides: [publishes(V2, 1), publishes(V3, 2)], plans: SLEEPER },
  'publish ‖ rollback ‖ duplicate': {
    history: [V1, V2],
    sides: [publishes(V3, 2), publishes(V3, 2, 'b'), rollsBack],
    plans: THIRD_PASSES,
  },
  'publish ‖ rollback': { history: [V1], sides: [publishes(V2, 1), rollsBack], plans: SLEEPER },
  'publish ‖ duplicate': { history: [V1], sides: [publishes(V2, 1), publishes(V2, 1, 'b')], plans: SLEEPER },
  'publish, rollback, late duplicate': {
    history: [V1],
    sides: [publishes(V2, 1), rollsBack, publishes(V2, 1, 'b')],
    plans: IN_ORDER,
  },
};

export interface ScenarioFigures {
  readonly plans: number;
}

/** Every plan of a scenario under a protocol; throws what the judge finds, with the plan. */
export async function playScenario(name: ScenarioName, protocol: Protocol): Promise<ScenarioFigures> {
  const { history, sides, plans } = DUELS[name];
  const stores = rewindableStores();
  for (const [twist, version] of history.entries()) await protocol.publish(depsOver(stores), publishInput(version, { twist }));
  const stage: Stage = { stores, past: worldOf(stores), protocol, sides };
  const probe: Probe = async (plan, actor) => {
    const { wire } = await playPlan(stage, [...plan, { actor, calls: FOR_EVER }], NO_JUDGE);
    return wire.log.filter(({ process }) => process === nameOf(sides, actor));
  };
  const all = await plans(probe);
  for (const plan of all) {
    // Stores in memory never leave the queue of promises: without a pause no signal and no timer would be heard.
    await setImmediate();
    const judge = judgeOf(stores, stage.past);
    const { clock } = await playPlan(stage, plan, judge).catch((error: unknown) => {
      throw foundBy(error, name, planText(sides, plan));
    });
    await protocol.recover(depsOver(stores, { clock, policy: ANY_TIME }), { runKey: 'manual:auditor' });
    await judge.checkSettled('at the end').catch((error: unknown) => {
      throw foundBy(error, name, planText(sides, plan));
    });
  }
  return { plans: all.length };
}

interface Stage {
  readonly stores: RewindableStores;
  readonly past: World;
  readonly protocol: Protocol;
  readonly sides: readonly Side[];
}

const NO_JUDGE: Pick<Judge, 'check'> = { check: async () => undefined };

/** Nobody waits for a lease: it is seized at any moment. */
const ANY_TIME = { leaseMs: 0 };

/** All sides at once in the order of a plan; the judge looks after every write. */
async function playPlan({ stores, past, protocol, sides }: Stage, plan: readonly Turn[], judge: Pick<Judge, 'check'>) {
  stores.rewind(past.snapshot);
  const gate = turnGate();
  const wire = faultWire({
    before: ({ process }) => gate.wait(process),
    after: ({ isWrite, process, operation, target }) =>
      isWrite ? judge.check(`after ${process}: ${operation} ${target}`) : undefined,
  });
  const clock = restlessClock();
  const lives = sides.map(({ act }, index): [string, Promise<void>] => {
    const name = nameOf(sides, index);
    const deps = wiredDeps(stores, wire.process(name), { clock, policy: ANY_TIME });
    return [name, survive(() => act(protocol, deps)).then(() => undefined)];
  });
  await gate.direct(new Map(lives), plan);
  return { wire, clock };
}

function nameOf(sides: readonly Side[], index: number): string {
  return `${index} ${sides[index]?.name ?? ''}`;
}

function foundBy(error: unknown, name: ScenarioName, plan: string): Error {
  return new Error(`${error instanceof Error ? error.message : String(error)}\n${name}: ${plan}`, { cause: error });
}

function planText(sides: readonly Side[], plan: readonly Turn[]): string {
  return plan
    .map(({ actor, calls }) => `${sides[actor]?.name ?? ''} ${calls < FOR_EVER ? `${calls} calls` : 'to its end'}`)
    .join(', ');
}

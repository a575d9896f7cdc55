import { releaseNamespace } from '#shared/contracts/names.ts';
import type { ActResult } from '#shared/release/act.ts';
import { recover } from '#shared/release/recover.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { CrashError, type Fault, type FaultWire, type FaultyProcess, faultWire } from '../../faults/fault-wire.ts';
import { faultyDocumentStore } from '../../faults/faulty-document-store.ts';
import { faultyObjectStore } from '../../faults/faulty-object-store.ts';
import { faultySigner } from '../../faults/faulty-signer.ts';
import { invariantJudge, type Judge } from '../invariants.ts';
import { readActs } from './read-acts.ts';
import { depsOver, restlessClock, type Stores, signerOne } from './release-lab.ts';

/** An act to be killed at every call, and how the world looks when it has finally happened. */
export interface CrashScenario {
  readonly name: string;
  /** State before the act, made without faults. */
  readonly prepare: (deps: ReleaseDeps) => Promise<void>;
  readonly act: (deps: ReleaseDeps) => Promise<ActResult>;
  readonly finalVersion: string;
  readonly finalActs: readonly string[];
}

/** Who comes after the crash: the same run again, or somebody who only recovers, and then the same run again. */
export type Recovery = 'same-run' | 'recover-first';

/** One act at the wire, on prepared stores: its calls in order, with which of them can change a store. */
export async function recordCalls(scenario: CrashScenario, stores: Stores): Promise<readonly { readonly isWrite: boolean }[]> {
  const wire = faultWire();
  await scenario.act(processDeps(stores, wire.process('p')));
  return wire.log;
}

/** Every single fault of the sweep over `calls`: before, applied but unacknowledged, applied k calls later. */
export function singleFaults(calls: readonly { readonly isWrite: boolean }[], delays: readonly number[]): readonly Fault[] {
  return calls.flatMap(({ isWrite }, call): Fault[] => {
    const before: Fault = { call, effect: 'none', outcome: 'crash' };
    if (!isWrite) return [before];
    const late = delays.map((delayCalls): Fault => ({ call, effect: 'delayed', outcome: 'crash', delayCalls }));
    return [before, { call, effect: 'applied', outcome: 'crash' }, ...late];
  });
}

export interface LifeOptions {
  /** Faults of the second process, which then crashes as well; a third one finishes. */
  readonly secondFaults?: readonly Fault[];
  /** Judge after every write, or only after each process. Default true. */
  readonly judgeWrites?: boolean;
}

/**
 * One life on prepared stores: act until the crash, a fresh process after the lease has run out, late writes at last. The judge looks after
 * every write.
 */
export async function liveThrough(
  scenario: CrashScenario,
  stores: Stores,
  recovery: Recovery,
  faults: readonly Fault[],
  options: LifeOptions = {},
): Promise<void> {
  const { secondFaults = [], judgeWrites = true } = options;
  const judge = invariantJudge(stores, { publicKeys: [signerOne.publicKeyDer], namespace: releaseNamespace('dev') });
  await judge.check('at the start');
  const wire = judgeWrites ? judgedWire(judge) : faultWire();
  const clock = restlessClock();
  const deps = (name: string, own: readonly Fault[]): ReleaseDeps => processDeps(stores, wire.process(name, own), clock);

  await untilCrash(() => scenario.act(deps('first', faults)));
  await judge.check('after the crash');
  clock.advance(301_000);
  if (secondFaults.length > 0) {
    await untilCrash(() => comeBack(scenario, recovery, deps('second', secondFaults), judge));
    clock.advance(301_000);
  }
  const answer = await comeBack(scenario, recovery, deps('last', []), judge);
  if (answer.outcome !== 'COMMITTED') throw new Error(`the last process ended with ${JSON.stringify(answer)}`);
  await judge.checkSettled('at the end');
  await wire.flush();
  await judge.checkSettled('after late writes');
  await expectEnd(scenario, stores);
}

function judgedWire(judge: Judge): FaultWire {
  return faultWire({
    after: async ({ isWrite, process, call, operation, target }) => {
      if (isWrite) await judge.check(`after ${process} call ${call} ${operation} ${target}`);
    },
  });
}

async function comeBack(scenario: CrashScenario, recovery: Recovery, deps: ReleaseDeps, judge: Judge): Promise<ActResult> {
  if (recovery === 'recover-first') {
    const look = await recover(deps, { runKey: 'manual:auditor' });
    // A look that finds nothing settles nothing: a late intent of the dead process may still arrive, for the next one to find.
    if (look.outcome === 'COMMITTED') await judge.checkSettled('after recover');
  }
  return scenario.act(deps);
}

async function untilCrash(live: () => Promise<unknown>): Promise<void> {
  try {
    await live();
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
  }
}

/** Throws unless the act has happened, and nothing else. */
export async function expectEnd({ finalVersion, finalActs }: CrashScenario, { documents }: Stores): Promise<void> {
  const head = await documents.get('head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL');
  if (head?.committed_version !== finalVersion) throw new Error(`did not end with ${finalVersion}`);
  const acts = await readActs({ documents });
  if (acts.join() !== finalActs.join()) throw new Error(`the log reads ${acts.join()}`);
}

/** Deps of one process whose every call goes over the wire. */
export function processDeps(stores: Stores, process: FaultyProcess, clock = restlessClock()): ReleaseDeps {
  const objects = faultyObjectStore(stores.objects, process);
  const documents = faultyDocumentStore(stores.documents, process);
  return depsOver({ objects, documents }, { clock, signer: faultySigner(signerOne, process) });
}

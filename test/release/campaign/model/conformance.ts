import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { openRequest } from '#shared/release/act-request.ts';
import { currentObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { rollback } from '#shared/release/rollback.ts';
import { loadSealed } from '#shared/release/sealed-release.ts';
import { finishOpenSwitch, switchTo } from '#shared/release/switch.ts';
import { type CallRecord, faultWire } from '../../../faults/fault-wire.ts';
import { approval, depsOver, publishInput } from '../../support/release-lab.ts';
import { VERSIONS } from '../commands.ts';
import { type RewindableStores, rewindableStores, type Snapshot } from '../rewindable-stores.ts';
import { type Turn, turnGate } from '../turn-gate.ts';
import { survive, wiredDeps } from '../world.ts';
import { MODEL_RACES, type ModelRace } from './explore-model.ts';
import { AT, HEAD, MIRROR, type ModelMutant, type ModelState, type ModelWish, OBJECTS, releaseModel } from './model.ts';

/** A race of the model and the same race of the real steps 7–11. */
export interface Twins {
  /** Carries both out in the order of a plan, one request at a time; throws at the first moment at which they differ. Returns the steps. */
  readonly play: (plan: readonly Turn[]) => Promise<number>;
}

/** Stores in which the race's history has happened, and all its targets are sealed. */
export async function twinsOf(race: ModelRace, mutant?: ModelMutant): Promise<Twins> {
  const stores = rewindableStores();
  const setting = MODEL_RACES[race];
  const past = await historyOf(stores, setting);
  const model = releaseModel({ ...setting, faults: 0 }, mutant);
  const play = async (plan: readonly Turn[]): Promise<number> => {
    stores.rewind(past);
    const gate = turnGate();
    let ran: CallRecord | null = null;
    let state = model.first;
    let steps = 0;
    const inTransaction = new Set<string>();
    const wire = faultWire({
      before: async (record) => {
        if (!isStep(record, inTransaction)) return;
        await gate.wait(record.process);
        ran = record;
      },
    });
    /** The model makes the step that the process has just made, and both are compared. */
    const follow = async (): Promise<void> => {
      if (ran !== null) {
        const process = Number(ran.process);
        requireSameStep(ran, model.at(state, process));
        state = model.step(state, process) ?? state;
        steps += 1;
      }
      ran = null;
      await requireSame(stores, state);
    };
    const lives = setting.wishes.map((wish, index): [string, Promise<void>] => {
      const deps = wiredDeps(stores, wire.process(String(index)), { policy: { leaseMs: 0 } });
      return [String(index), survive(() => switchAs(deps, wish, index)).then(() => undefined)];
    });
    const single = plan.flatMap(({ actor, calls }) => Array<Turn>(calls).fill({ actor, calls: 1 }));
    await gate.direct(
      new Map(lives),
      single.flatMap((turn) => [turn, follow]),
    );
    await follow();
    for (let p = 0; p < model.count; p++)
      if (model.at(state, p) !== AT.end) throw new Error(`process ${p} ended before its model`);
    return steps;
  };
  return { play };
}

async function historyOf(
  stores: RewindableStores,
  { published, wishes, ...more }: { published: number; condemned?: boolean; wishes: readonly ModelWish[] },
): Promise<Snapshot> {
  const deps = depsOver(stores);
  for (let twist = 0; twist < published; twist++) await publish(deps, publishInput(VERSIONS[twist]!, { twist }));
  if (more.condemned === true) await rollback(deps, { runKey: 'manual:past', target: VERSIONS[0], approval });
  const head = await stores.documents.get(DOCUMENT_PATHS.head);
  const mirror = await mirrorOf(stores);
  for (const [index, { action, target }] of wishes.entries()) {
    await sealOnly(stores, target);
    if (action === 'publish') continue;
    await openRequest(deps, `manual:${index}`, { action: action as 'rollback', target: VERSIONS[target - 1]!, approval });
  }
  if (
    JSON.stringify([head, mirror]) !== JSON.stringify([await stores.documents.get(DOCUMENT_PATHS.head), await mirrorOf(stores)])
  ) {
    throw new Error('sealing the targets moved the pointer');
  }
  return stores.snapshot();
}

/** A publish that dies at its lease leaves a sealed version that nothing points at. */
async function sealOnly(stores: RewindableStores, target: number): Promise<void> {
  const version = VERSIONS[target - 1]!;
  if ((await stores.documents.get(DOCUMENT_PATHS.release(version))) !== null) return;
  const wire = faultWire({
    before: ({ operation, target: path, process }) => {
      if (operation === 'commit' && path === DOCUMENT_PATHS.head) processes.get(process)?.kill();
    },
  });
  const process = wire.process('sealer');
  const processes = new Map([['sealer', process]]);
  await survive(() => publish(wiredDeps(stores, process), publishInput(version, { twist: target - 1, run: 'sealer' })));
}

async function switchAs(deps: ReleaseDeps, { action, target }: ModelWish, index: number): Promise<unknown> {
  const request = `manual:${index}`;
  if (action === 'recover') return finishOpenSwitch(deps, { holder: request, seize: true });
  const sealed = await loadSealed(deps, VERSIONS[target - 1]!);
  return switchTo(deps, { action, target: sealed, request, acceptStale: true });
}

/** Calls that are steps of the model: transactions (one step each), and what touches or asks about the mirror. */
function isStep({ process, operation, target }: CallRecord, inTransaction: Set<string>): boolean {
  if (operation === 'read') {
    const isFirst = !inTransaction.has(process);
    inTransaction.add(process);
    return isFirst;
  }
  if (operation === 'commit') inTransaction.delete(process);
  if (operation === 'get') return target === DOCUMENT_PATHS.head;
  return (operation === 'stat' || operation === 'copy') && target.includes('/current/');
}

/** Places of the model at which a process makes such a call. Whoever has ended gives its lease up, which nothing depends on. */
const PLACES: Readonly<Record<string, readonly number[]>> = {
  read: [AT.acquire, AT.intent, AT.commit, AT.end],
  stat: [AT.observe, AT.restat],
  copy: [AT.copy],
  get: [AT.prove],
};

function requireSameStep({ operation, target }: CallRecord, at: number): void {
  if (PLACES[operation]?.includes(at) === true) return;
  throw new Error(`the protocol makes the call ${operation} ${target}, the model is at ${Object.keys(AT)[at] ?? at}`);
}

async function requireSame(stores: RewindableStores, state: ModelState): Promise<void> {
  const head = await stores.documents.get(DOCUMENT_PATHS.head);
  const real = [
    head?.publish_seq,
    head?.switching === true ? 1 : 0,
    placeOf(head?.high_water),
    placeOf(head?.committed_version),
    head?.committed_seq,
    ...(head?.switching === true
      ? [placeOf(head.target), (['publish', 'rollback', 'restore'] as readonly unknown[]).indexOf(head.action)]
      : [0, 0]),
    ...(await mirrorOf(stores)),
  ];
  const { seq, switching, highWater, committed, committedSeq, target, action } = HEAD;
  const modelled = [seq, switching, highWater, committed, committedSeq, target, action].map((place) => state[place]);
  const both = [real, [...modelled, ...state.subarray(MIRROR, MIRROR + 2 * OBJECTS)]].map((values) => JSON.stringify(values));
  if (both[0] !== both[1]) throw new Error(`the protocol is at ${both[0]}, the model at ${both[1]}`);
}

/** Versions of the five objects, then their tags. */
async function mirrorOf(stores: RewindableStores): Promise<readonly number[]> {
  const { layout } = depsOver(stores);
  const stats = await Promise.all(RELEASE_FILES.map((file) => stores.objects.stat(currentObject(layout, file))));
  return [
    ...stats.map((stat) => placeOf(stat?.metadata.version)),
    ...stats.map((stat) => Number(stat?.metadata.publish_seq ?? 0)),
  ];
}

function placeOf(version: unknown): number {
  return (VERSIONS as readonly unknown[]).indexOf(version) + 1;
}

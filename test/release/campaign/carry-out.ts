import { holdPublishing, liftHold } from '#shared/release/hold.ts';
import { currentObject, releaseObject } from '#shared/release/layout.ts';
import { acquire } from '#shared/release/publish/acquire.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { flipped, overwrite } from '../support/foreign-writes.ts';
import { approval, publishInput } from '../support/release-lab.ts';
import { type ActWish, type Command, type Happening, VERSIONS } from './commands.ts';
import type { Protocol } from './protocol.ts';
import { READERS } from './readers.ts';
import type { RewindableStores } from './rewindable-stores.ts';
import { type Lab, openScene, type Scene } from './scene.ts';
import { survive, type World, wiredDeps } from './world.ts';

/** The world after one command. Throws when an invariant is broken on the way, or a reader believes what it must not. */
export async function carryOut(lab: Lab, world: World, command: Command): Promise<World> {
  const scene = openScene(lab, world);
  switch (command.name) {
    case 'Act':
      await perform(scene, [command.wish], [command.fault], []);
      break;
    case 'Race':
      await perform(scene, command.wishes, command.faults, command.steps);
      break;
    case 'Read':
      await READERS[command.what](scene, command.file);
      break;
    case 'RotateKey':
      return { ...world, isRotated: true };
    case 'Hold':
      await holdPublishing(scene.plainDeps(), { untilMs: scene.clock.nowMs() + 3_600_000, reason: 'look', requestedBy: 'ada' });
      break;
    case 'LiftHold':
      await liftHold(scene.plainDeps(), approval);
      break;
    case 'LateWritesArrive':
      await scene.wire.flush();
      break;
    case 'StealLease':
    case 'Tick':
    case 'Corrupt':
    case 'Delete':
    case 'ForeignWrite':
      await happen(scene, command);
  }
  await scene.look('at the end of the command');
  return scene.close();
}

/** A fresh process alone brings any world to rest: I7, and I3 also where a foreign hand damaged the mirror. */
export async function bringToRest(lab: Lab, world: World): Promise<void> {
  const scene = openScene(lab, world);
  scene.clock.advance(301_000);
  for (const when of ['after recover', 'after late writes']) {
    const isLateComing = scene.wire.pending() > 0;
    const answer = await lab.protocol.recover(scene.plainDeps(), { runKey: 'manual:auditor', seizeLease: true });
    // Objects without any act are for a person to judge: the registry may be what was lost.
    if (answer.refusal?.code === 'REGISTRY_LOST' && world.damagedAt === 0) return;
    if (answer.outcome === 'REFUSED') throw new Error(`I7 ${when}: ${JSON.stringify(answer.refusal)}`);
    scene.mended();
    await scene.judge.checkSettled(when);
    await scene.wire.flush();
    await scene.judge.check(`${when}, with what arrived late`);
    if (!isLateComing) return;
  }
}

/** Nobody waits for a lease in a race: it is seized at any moment. */
const RACE_POLICY = { leaseMs: 0 };

async function perform(
  scene: Scene,
  wishes: readonly ActWish[],
  faults: readonly (Command & { name: 'Act' })['fault'][],
  steps: (Command & { name: 'Race' })['steps'],
): Promise<void> {
  const { lab, wire, gate, clock, world } = scene;
  const lives = new Map<string, Promise<void>>();
  for (const [index, wish] of wishes.entries()) {
    const fault = faults[index] ?? null;
    const process = wire.process(`process ${index}`, fault === null ? [] : [fault]);
    const policy = wishes.length > 1 ? RACE_POLICY : {};
    const deps = wiredDeps(lab.stores, process, { clock, isRotated: world.isRotated, policy });
    lab.counts.processes += 1;
    lives.set(
      process.name,
      survive(() => fulfil(lab.protocol, deps, wish)).then(() => undefined),
    );
  }
  const plan = steps.map((step) =>
    step.name === 'Resume' ? { actor: step.actor % wishes.length, calls: step.calls } : () => happen(scene, step),
  );
  await gate.direct(lives, plan);
}

function fulfil({ publish, rollback, restore, recover }: Protocol, deps: ReleaseDeps, wish: ActWish): Promise<unknown> {
  switch (wish.name) {
    case 'Publish': {
      const twist = wish.version + (wish.otherBytes ? 3 : 0);
      return publish(deps, publishInput(VERSIONS[wish.version]!, { twist, run: wish.run }));
    }
    case 'Rollback':
    case 'Restore': {
      const runKey = `manual:${wish.name.toLowerCase()}-${wish.version}-${wish.key}`;
      const act = wish.name === 'Rollback' ? rollback : restore;
      return act(deps, { runKey, target: VERSIONS[wish.version]!, approval });
    }
    case 'Recover':
      return recover(deps, { runKey: 'manual:recover', seizeLease: wish.seize });
  }
}

async function happen(scene: Scene, happening: Happening): Promise<void> {
  const { lab, clock, plainDeps } = scene;
  if (happening.name === 'Tick') clock.advance(happening.seconds * 1_000);
  else if (happening.name === 'StealLease') await acquire(plainDeps(), { holder: 'manual:thief', seize: true });
  else {
    await scene.damaged();
    await touch(lab.stores, plainDeps(), happening);
  }
}

/** What a foreign hand does to one object of the mirror. */
async function touch(
  stores: RewindableStores,
  { layout }: ReleaseDeps,
  { name, file }: Exclude<Happening, { name: 'Tick' | 'StealLease' }>,
): Promise<void> {
  const target = currentObject(layout, file);
  if (name === 'Delete') return overwrite(stores, target, null);
  const source = name === 'Corrupt' ? target : releaseObject(layout, VERSIONS[0], file);
  const found = await stores.objects.get(source);
  if (found !== null) await overwrite(stores, target, name === 'Corrupt' ? flipped(found.bytes) : found.bytes);
}

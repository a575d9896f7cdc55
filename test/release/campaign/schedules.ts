import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { depsOver, publishInput } from '../support/release-lab.ts';
import { bringToRest, carryOut } from './carry-out.ts';
import { type Command, type Schedule, schedule, scheduleText, VERSIONS } from './commands.ts';
import { PROTOCOL, type Protocol } from './protocol.ts';
import { rewindableStores } from './rewindable-stores.ts';
import type { Lab } from './scene.ts';
import { type World, worldKey, worldOf } from './world.ts';

export interface ScheduleFigures {
  readonly schedules: number;
  readonly commands: number;
  /** Commands that were carried out; the others met a world and a command that had met before. */
  readonly carriedOut: number;
  readonly processes: number;
  readonly judgements: number;
  readonly seed: number;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly runs: number;
  readonly protocol?: Protocol;
  /** From a failure's report: only this schedule. */
  readonly path?: string;
}

/**
 * Random schedules from one seed, each from a fresh history to the rest that one process brings; the judge looks after every
 * write. Throws with seed, path and the smallest failing schedule.
 */
export async function runSchedules({ seed, runs, protocol = PROTOCOL, path }: ScheduleOptions): Promise<ScheduleFigures> {
  const player = await schedulePlayer(protocol);
  const property = fc.asyncProperty(schedule, (chosen) => player.play(chosen));
  const result = await fc.check(property, { seed, numRuns: runs, ...(path === undefined ? {} : { path }) });
  if (result.failed) {
    const found = result.counterexample?.[0];
    throw new Error(
      `${String(result.errorInstance)}\nschedule: ${found === undefined ? 'none' : scheduleText(found)}\n` +
        `again: node scripts/soak.ts --only schedules --seed ${seed} --path ${result.counterexamplePath ?? ''}`,
      { cause: result.errorInstance },
    );
  }
  return { ...player.figures(), seed };
}

/** Worlds remembered at most; when full, all are forgotten. */
const MEMORY = 20_000;

async function schedulePlayer(protocol: Protocol) {
  const stores = rewindableStores();
  const lab: Lab = { stores, protocol, counts: { processes: 0, judgements: 0 } };
  const starts = await beginnings(lab);
  const known = new Map<string, World>();
  const rested = new Set<string>();
  const counts = { schedules: 0, commands: 0, carriedOut: 0 };

  const next = async (world: World, key: string, command: Command): Promise<World> => {
    counts.commands += 1;
    const edge = createHash('sha256')
      .update(`${key} ${JSON.stringify(command)}`)
      .digest('base64');
    const before = known.get(edge);
    if (before !== undefined) return before;
    counts.carriedOut += 1;
    const after = await carryOut(lab, world, command);
    if (known.size >= MEMORY) known.clear();
    known.set(edge, after);
    return after;
  };
  const play = async ({ published, commands }: Schedule): Promise<void> => {
    counts.schedules += 1;
    let world = starts[published]!;
    for (const command of commands) world = await next(world, worldKey(world), command);
    const key = worldKey(world);
    if (rested.has(key)) return;
    await bringToRest(lab, world);
    rested.add(key);
  };
  return { play, figures: () => ({ ...counts, ...lab.counts }) };
}

/** Worlds with none, one and two versions published. */
async function beginnings({ stores, protocol }: Lab): Promise<readonly World[]> {
  const worlds = [worldOf(stores)];
  for (const [twist, version] of VERSIONS.slice(0, 2).entries()) {
    await protocol.publish(depsOver(stores), publishInput(version, { twist }));
    worlds.push(worldOf(stores));
  }
  return worlds;
}

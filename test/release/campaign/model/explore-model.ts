import { fingerprints } from './fingerprints.ts';
import { HEAD, type Model, type ModelMutant, type ModelSetting, type ModelState, releaseModel, stepText } from './model.ts';

/** The races of release spec §13. Any process may stop for ever, and seize the lease, at any moment. */
export const MODEL_RACES = {
  'publish ‖ the same': { published: 1, wishes: [publishes(2), publishes(2)] },
  'publish ‖ newer publish': { published: 1, wishes: [publishes(2), publishes(3)] },
  'publish ‖ rollback': { published: 2, wishes: [publishes(3), rollsBack(1)] },
  'publish ‖ rollback to the first': { published: 1, wishes: [publishes(2), rollsBack(1)] },
  'publish ‖ rollback ‖ duplicate': { published: 2, wishes: [publishes(3), rollsBack(1), publishes(3)] },
  'publish ‖ publish ‖ rollback': { published: 1, wishes: [publishes(2), publishes(3), rollsBack(1)] },
  'rollback ‖ restore ‖ publish': { published: 2, condemned: true, wishes: [rollsBack(1), restores(2), publishes(3)] },
} as const satisfies Record<string, Omit<ModelSetting, 'faults'>>;

export type ModelRace = keyof typeof MODEL_RACES;

export interface ModelFigures {
  readonly race: ModelRace;
  readonly faults: number;
  readonly states: number;
  readonly transitions: number;
  /** False when the limit came before the last state. */
  readonly isComplete: boolean;
}

export interface ExploreOptions {
  readonly race: ModelRace;
  readonly faults: number;
  /** States after which the search stops. */
  readonly limit: number;
  readonly mutant?: ModelMutant;
}

/** Visits every state of a race, deepest first, each once; throws the first broken invariant with the steps that lead to it. */
export function exploreModel({ race, faults, limit, mutant }: ExploreOptions): ModelFigures {
  const setting = { ...MODEL_RACES[race], faults };
  const model = releaseModel(setting, mutant);
  const healer = releaseModel({ ...setting, wishes: setting.wishes.map(() => ({ action: 'recover', target: 0 })) }, mutant);
  const seen = fingerprints();
  seen.add(model.first);
  const open: Visit[] = [{ state: model.first, label: 0, from: null }];
  let transitions = 0;
  for (let visit = open.pop(); visit !== undefined && seen.size() < limit; visit = open.pop()) {
    for (const { label, state } of nextOf(model, visit)) {
      transitions += 1;
      if (!seen.add(state)) continue;
      const next: Visit = { state, label, from: visit };
      const broken = model.brokenIn(state) ?? unrecoverable(healer, state);
      if (broken !== null) throw new Error(`${broken}\n${race}: ${pathOf(next)}`);
      open.push(next);
    }
  }
  return { race, faults, states: seen.size(), transitions, isComplete: open.length === 0 };
}

interface Visit {
  readonly state: ModelState;
  readonly label: number;
  readonly from: Visit | null;
}

function nextOf(model: Model, visit: Visit): ReturnType<Model['steps']> {
  try {
    return model.steps(visit.state);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nafter ${pathOf(visit)}`, { cause: error });
  }
}

/** I7: a fresh process alone finishes what is open. It takes the place of the first, of whom nobody hears any more. */
function unrecoverable(healer: Model, state: ModelState): string | null {
  if (state[HEAD.switching] === 0) return null;
  let rest = healer.reborn(state);
  for (let next: ModelState | null = rest; next !== null; next = healer.step(rest, 0)) rest = next;
  return rest[HEAD.switching] === 1 || healer.brokenIn(rest) !== null ? 'I7: one process alone does not finish it' : null;
}

function pathOf(visit: Visit): string {
  const labels: string[] = [];
  for (let at = visit; at.from !== null; at = at.from) labels.unshift(stepText(at.label));
  return labels.join(', ');
}

function publishes(target: number) {
  return { action: 'publish', target } as const;
}
function rollsBack(target: number) {
  return { action: 'rollback', target } as const;
}
function restores(target: number) {
  return { action: 'restore', target } as const;
}

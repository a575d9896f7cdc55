import { publish } from '#shared/release/publish/publish.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import type { CrashScenario } from './crash-sweep.ts';
import { approval, publishInput, V1, V2 } from './release-lab.ts';

/** The acts of the crash sweep: the first release ever, the next one, and both ways of people. */
export const SCENARIOS: readonly CrashScenario[] = [
  {
    name: 'first publish',
    prepare: async () => undefined,
    act: (deps) => publish(deps, publishInput(V1)),
    finalVersion: V1,
    finalActs: [`publish ${V1}`],
  },
  {
    name: 'publish',
    prepare: async (deps) => {
      await publish(deps, publishInput(V1));
    },
    act: (deps) => publish(deps, publishInput(V2, { twist: 1 })),
    finalVersion: V2,
    finalActs: [`publish ${V1}`, `publish ${V2}`],
  },
  {
    name: 'rollback',
    prepare: async (deps) => {
      await publish(deps, publishInput(V1));
      await publish(deps, publishInput(V2, { twist: 1 }));
    },
    act: (deps) => rollback(deps, { runKey: 'manual:back', target: V1, approval }),
    finalVersion: V1,
    finalActs: [`publish ${V1}`, `publish ${V2}`, `rollback ${V1}`],
  },
  {
    name: 'restore',
    prepare: async (deps) => {
      await publish(deps, publishInput(V1));
      await publish(deps, publishInput(V2, { twist: 1 }));
      await rollback(deps, { runKey: 'manual:back', target: V1, approval });
    },
    act: (deps) => restore(deps, { runKey: 'manual:again', target: V2, approval }),
    finalVersion: V2,
    finalActs: [`publish ${V1}`, `publish ${V2}`, `rollback ${V1}`, `restore ${V2}`],
  },
];

import { DATA_FILES, MANIFEST_FILE } from '../../../contracts/artifact-files.ts';
import { PLAN_FILE, type ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

/** V01: the four data files, and each manifest that is required. */
export function filesArePresent({ files, options }: ReleaseWorld): readonly Violation[] {
  const strict = options.profile === 'strict';
  const required: string[] = [...DATA_FILES];
  if (options.requireArtifactManifest ?? strict) required.push(MANIFEST_FILE);
  const missing = required.filter((file) => !files.has(file));
  if (options.requirePlanManifest && options.planManifest === undefined) missing.push(PLAN_FILE);
  return missing.map((file) => ({ file, path: '', message: 'the file is missing' }));
}

/** V02: each JSON file is an object, the ranking is readable CSV. */
export function filesAreReadable(world: ReleaseWorld): readonly Violation[] {
  return world.unreadable;
}

import { NUMBER_LIBRARIES } from '#shared/pipeline/run-facts.ts';
import manifest from '../../package.json' with { type: 'json' };

/** Versions of the libraries that decide numbers, as evidence of a release names them. A bundle holds these of our package file alone. */
export function shippedLibraries(): Readonly<Record<string, string>> {
  const versions: Readonly<Record<string, string>> = manifest.dependencies;
  return Object.fromEntries(NUMBER_LIBRARIES.map((name) => [name, versions[name] ?? 'missing']));
}

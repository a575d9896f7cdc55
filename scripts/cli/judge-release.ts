import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { type FileBytes, MANIFEST_FILE } from '#shared/contracts/artifact-files.ts';
import { dayOfMs, formatDay } from '#shared/core/calendar-day.ts';
import { decodeManifest } from '#shared/release/decode-release.ts';
import type { ValidationOf } from '#shared/release/verify-version.ts';

export type Profile = 'strict' | 'reference';

/**
 * How files are judged at `nowMs`: by the rules of everything that this product publishes, unless a person asks for those of the
 * reference. A set that names no parameters is no exception: leaving them out must not loosen the rules.
 */
export function validationFor(nowMs: number, profile: Profile): ValidationOf {
  const referenceDate = formatDay(dayOfMs(nowMs));
  if (profile === 'reference') return () => ({ profile, referenceDate });
  return (files) => ({ profile, referenceDate, time: { nowMs }, regimeWeights: regimeWeightsOf(paramsIdOf(files)) });
}

/** Parameter set that a manifest names; undefined when it names none or cannot be read. */
export function paramsIdOf(files: FileBytes): string | undefined {
  const manifest = files.get(MANIFEST_FILE);
  const decoded = manifest === undefined ? undefined : decodeManifest(manifest);
  return decoded?.ok === true ? decoded.value.params_id : undefined;
}

/** Weights of a foreign set cannot be known; those of the default set then show whether the scores follow it. */
function regimeWeightsOf(paramsId: string | undefined) {
  const loaded = [paramsId ?? '', 'core_major'].map(loadPoolParams).find(({ ok }) => ok);
  if (loaded?.ok !== true) throw new Error('the shipped parameter set core_major is unreadable');
  return loaded.value.params.regime;
}

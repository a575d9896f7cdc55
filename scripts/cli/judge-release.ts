import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import type { FileBytes } from '#shared/contracts/artifact-files.ts';
import { MANIFEST_FILE } from '#shared/contracts/artifact-files.ts';
import type { ValidationResult } from '#shared/contracts/validation-result.ts';
import { dayOfMs, formatDay } from '#shared/core/calendar-day.ts';
import { decodeManifest } from '#shared/release/decode-release.ts';
import { validateRelease } from '#shared/release/validate/validate-release.ts';

export interface JudgedRelease {
  readonly profile: 'strict' | 'reference';
  readonly result: ValidationResult;
}

/**
 * Judges five files by what they claim to be: strict when their manifest names the parameters it was built with (every set that can
 * be published does), else by the reference's own rules.
 */
export function judgeRelease(files: FileBytes, nowMs: number, profile: 'strict' | 'reference' | undefined): JudgedRelease {
  const referenceDate = formatDay(dayOfMs(nowMs));
  const manifest = files.get(MANIFEST_FILE);
  const decoded = manifest === undefined ? undefined : decodeManifest(manifest);
  const paramsId = decoded?.ok === true ? decoded.value.params_id : undefined;
  const inForce = profile ?? (paramsId === undefined ? 'reference' : 'strict');
  if (inForce === 'reference')
    return { profile: inForce, result: validateRelease(files, { profile: 'reference', referenceDate }) };
  // Weights of a foreign set cannot be known; those of the default set then show whether the scores follow it.
  const params = [paramsId ?? '', 'core_major'].map(loadPoolParams).find((loaded) => loaded.ok);
  if (params?.ok !== true) throw new Error('the shipped parameter set core_major is unreadable');
  return {
    profile: inForce,
    result: validateRelease(files, {
      profile: 'strict',
      referenceDate,
      time: { nowMs },
      regimeWeights: params.value.params.regime,
    }),
  };
}

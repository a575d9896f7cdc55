import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import { LivepoolError } from '#shared/core/errors.ts';

/** The parameter set that a deployable is configured with; PARAMS_INVALID with every problem of it. */
export function requiredParams(nameOrFile: string): LoadedPoolParams {
  const loaded = loadPoolParams(nameOrFile);
  if (loaded.ok) return loaded.value;
  throw new LivepoolError('PARAMS_INVALID', 'terminal', loaded.error.map(({ message }) => message).join('; '));
}

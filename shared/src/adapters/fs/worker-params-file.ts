import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type WorkerParams, workerParamsSchema } from '../../contracts/worker-params.ts';
import { LivepoolError } from '../../core/errors.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

/** Name of the set that comes with the product. */
const SHIPPED = 'worker';

/** The worker's parameters: the shipped set, or a JSON file. PARAMS_INVALID for what cannot be read or breaks the schema. */
export function loadWorkerParams(nameOrFile: string): WorkerParams {
  const file = nameOrFile === SHIPPED ? join(SHIPPED_PARAMS, `${SHIPPED}.json`) : nameOrFile;
  const parsed = workerParamsSchema.safeParse(jsonOf(file));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || '$'}: ${issue.message}`);
  throw new LivepoolError('PARAMS_INVALID', 'terminal', `${file}: ${problems.join('; ')}`, { file, problems });
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LivepoolError(
      'PARAMS_INVALID',
      'terminal',
      `cannot read the worker's parameters ${file}: ${reason}`,
      { file },
      error,
    );
  }
}

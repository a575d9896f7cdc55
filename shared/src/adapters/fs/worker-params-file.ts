import { join } from 'node:path';
import { type WorkerParams, workerParamsSchema } from '../../contracts/worker-params.ts';
import { readParamsFile } from './params-file.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

/** Name of the set that comes with the product. */
const SHIPPED = 'worker';

/** The worker's parameters: the shipped set, or a JSON file. PARAMS_INVALID for what cannot be read or breaks the schema. */
export function loadWorkerParams(nameOrFile: string): WorkerParams {
  const file = nameOrFile === SHIPPED ? join(SHIPPED_PARAMS, `${SHIPPED}.json`) : nameOrFile;
  return readParamsFile(workerParamsSchema, file, "the worker's parameters");
}

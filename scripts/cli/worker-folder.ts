import { join } from 'node:path';

/** Where the worker keeps its data unless its settings say otherwise. */
export const DATA_DEFAULT = '.livepool/worker';

/** The data folder that was named, else that of the worker by the same environment. */
export function workerFolder(named: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  return named ?? (env.PIPELINE_DATA_FOLDER || DATA_DEFAULT);
}

/** The key that the worker itself would take from the same environment. */
export function workerKeyFile(env: Readonly<Record<string, string | undefined>>): string {
  return env.PIPELINE_OPERATOR_KEY_FILE || join(workerFolder(undefined, env), 'operator.key');
}

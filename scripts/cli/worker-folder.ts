import { join } from 'node:path';

/** Where the worker keeps its data unless its settings say otherwise. */
export const DATA_DEFAULT = '.livepool/worker';

/** The key that the worker itself would take from the same environment. */
export function workerKeyFile(env: Readonly<Record<string, string | undefined>>): string {
  return env.PIPELINE_OPERATOR_KEY_FILE || join(env.PIPELINE_DATA_FOLDER || DATA_DEFAULT, 'operator.key');
}

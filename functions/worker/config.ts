import { z } from 'zod';
import { environmentSchema, SETTINGS } from '#shared/contracts/settings.ts';
import { SCENARIO_NAMES } from '#shared/simulator/scenarios.ts';

/** What a process that may trade cannot do without (market data spec §1.1, operations spec §15). */
const LIVE_NEEDS = [
  'PIPELINE_PROJECT',
  'PIPELINE_INSTRUMENTS',
  'PIPELINE_EXCHANGE_KEYS',
  'PIPELINE_SOURCE_REVISION',
  'PIPELINE_IMAGE_DIGEST',
  'PIPELINE_LIVE_CONFIRM',
] as const;

/**
 * Environment of the worker. Without any setting it watches the simulator that it starts itself, and keeps what it knows in a folder.
 */
export const workerConfigSchema = environmentSchema({
  PIPELINE_ENVIRONMENT: SETTINGS.PIPELINE_ENVIRONMENT.default('local'),
  PIPELINE_PROJECT: SETTINGS.PIPELINE_PROJECT.optional(),
  PIPELINE_EXEC_DATABASE: SETTINGS.PIPELINE_EXEC_DATABASE,
  PIPELINE_FIRESTORE_HOST: SETTINGS.PIPELINE_FIRESTORE_HOST,
  PIPELINE_COLD_BUCKET: SETTINGS.PIPELINE_COLD_BUCKET,
  PIPELINE_STORAGE_ENDPOINT: SETTINGS.PIPELINE_STORAGE_ENDPOINT,
  PIPELINE_PUBSUB_HOST: SETTINGS.PIPELINE_PUBSUB_HOST,
  PIPELINE_REGION: SETTINGS.PIPELINE_REGION,
  PIPELINE_MODE: SETTINGS.PIPELINE_MODE,
  PIPELINE_MARKET: SETTINGS.PIPELINE_MARKET,
  PIPELINE_SIMULATOR_URL: SETTINGS.PIPELINE_SIMULATOR_URL,
  /** Weather of the worker's own simulator (market data spec §11.4). */
  PIPELINE_SIMULATOR_SCENARIO: z.enum(SCENARIO_NAMES).default('calm'),
  PIPELINE_VENUE_PROFILE: SETTINGS.PIPELINE_VENUE_PROFILE,
  PIPELINE_INSTRUMENTS: SETTINGS.PIPELINE_INSTRUMENTS,
  PIPELINE_DATA_FOLDER: SETTINGS.PIPELINE_DATA_FOLDER,
  PIPELINE_RECORD_FOLDER: SETTINGS.PIPELINE_RECORD_FOLDER,
  PIPELINE_RECORD_FRAMES: SETTINGS.PIPELINE_RECORD_FRAMES,
  PIPELINE_REGIME_DOCUMENTS: SETTINGS.PIPELINE_REGIME_DOCUMENTS,
  PIPELINE_WORKER_PARAMS: SETTINGS.PIPELINE_WORKER_PARAMS,
  PIPELINE_QUANT_PARAMS: SETTINGS.PIPELINE_QUANT_PARAMS,
  PIPELINE_HTTP_HOST: SETTINGS.PIPELINE_HTTP_HOST,
  PIPELINE_HTTP_PORT: SETTINGS.PIPELINE_HTTP_PORT,
  PIPELINE_MEMORY_LIMIT_MB: SETTINGS.PIPELINE_MEMORY_LIMIT_MB,
  PIPELINE_TICKS_LIMIT_MB: SETTINGS.PIPELINE_TICKS_LIMIT_MB,
  PIPELINE_SAMPLES_LIMIT_MB: SETTINGS.PIPELINE_SAMPLES_LIMIT_MB,
  PIPELINE_OPERATOR_KEY_FILE: SETTINGS.PIPELINE_OPERATOR_KEY_FILE,
  PIPELINE_SOURCE_REVISION: SETTINGS.PIPELINE_SOURCE_REVISION.optional(),
  PIPELINE_IMAGE_DIGEST: SETTINGS.PIPELINE_IMAGE_DIGEST,
  PIPELINE_EXCHANGE_KEYS: SETTINGS.PIPELINE_EXCHANGE_KEYS,
  PIPELINE_LIVE_CONFIRM: SETTINGS.PIPELINE_LIVE_CONFIRM,
  METRICS_PREFIX: SETTINGS.METRICS_PREFIX,
}).superRefine(
  (settings, context) => {
    for (const { key, message } of contradictions(settings)) context.addIssue({ code: 'custom', path: [key], message });
  },
  { when: () => true },
);

export type WorkerConfig = z.infer<typeof workerConfigSchema>;

interface Contradiction {
  readonly key: string;
  readonly message: string;
}

/** What each setting says well and all of them together say wrong. Looked for even when something else is wrong. */
function contradictions(settings: Partial<WorkerConfig>): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const refuse = (key: string, message: string): void => void found.push({ key, message });
  const isMissing = (key: keyof WorkerConfig): boolean => settings[key] === undefined;
  if (!isMissing('PIPELINE_COLD_BUCKET') && isMissing('PIPELINE_PROJECT')) {
    refuse('PIPELINE_PROJECT', 'must be named where PIPELINE_COLD_BUCKET is');
  }
  if (settings.PIPELINE_RECORD_FRAMES === 'cold' && !isMissing('PIPELINE_RECORD_FOLDER')) {
    refuse('PIPELINE_RECORD_FRAMES', 'contradicts PIPELINE_RECORD_FOLDER: frames are kept once');
  }
  if (settings.PIPELINE_MARKET === 'venues') {
    if (isMissing('PIPELINE_INSTRUMENTS')) refuse('PIPELINE_INSTRUMENTS', 'must name what is watched at the venues');
    if (!isMissing('PIPELINE_SIMULATOR_URL')) refuse('PIPELINE_SIMULATOR_URL', 'contradicts PIPELINE_MARKET=venues');
  }
  if (settings.PIPELINE_MODE !== 'live') return found;
  if (settings.PIPELINE_MARKET !== 'venues') refuse('PIPELINE_MARKET', 'must be venues in live mode');
  if (settings.PIPELINE_ENVIRONMENT === 'local') refuse('PIPELINE_ENVIRONMENT', 'must name a deployment in live mode');
  for (const key of LIVE_NEEDS) {
    const isSaid = found.some((each) => each.key === key);
    if (isMissing(key) && !isSaid) refuse(key, 'must be named in live mode');
  }
  return found;
}

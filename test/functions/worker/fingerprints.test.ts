import { describe, expect, it } from 'vitest';
import { readConfig } from '#shared/contracts/read-config.ts';
import { type WorkerConfig, workerConfigSchema } from '../../../functions/worker/config.ts';
import { configHash } from '../../../functions/worker/fingerprints.ts';

const CONTENT = { params: { id: 'a' }, instruments: ['BTC-USD.spot@kraken'] };

function hashOf(env: Readonly<Record<string, string>>, content: Readonly<Record<string, unknown>> = CONTENT): string {
  const config = readConfig<WorkerConfig>(workerConfigSchema, env);
  if (!config.ok) throw new Error(config.error.join('\n'));
  return configHash(config.value, content);
}

describe('the hash of the configuration', () => {
  it.each([
    { PIPELINE_HTTP_PORT: '9090' },
    { PIPELINE_HTTP_HOST: '0.0.0.0' },
    { PIPELINE_DATA_FOLDER: '/elsewhere' },
    { PIPELINE_RECORD_FOLDER: '/frames' },
    { PIPELINE_OPERATOR_KEY_FILE: '/key' },
    { PIPELINE_SIMULATOR_URL: 'http://127.0.0.1:7080' },
    { PIPELINE_FIRESTORE_HOST: 'localhost:1' },
  ] as readonly Readonly<Record<string, string>>[])('does not change with a place: %j', (env) => {
    expect(hashOf(env)).toBe(hashOf({}));
  });

  it.each([
    { PIPELINE_SIMULATOR_SCENARIO: 'storm' },
    { PIPELINE_VENUE_PROFILE: 'global' },
    { PIPELINE_MEMORY_LIMIT_MB: '512' },
    { METRICS_PREFIX: 'x_' },
    { PIPELINE_PROJECT: 'p' },
    { PIPELINE_REGION: 'us-central1' },
  ] as readonly Readonly<Record<string, string>>[])('changes with what the worker does: %j', (env) => {
    expect(hashOf(env)).not.toBe(hashOf({}));
  });

  it('changes with the content of parameters and with what is watched', () => {
    expect(hashOf({}, { ...CONTENT, params: { id: 'b' } })).not.toBe(hashOf({}));
    expect(hashOf({}, { ...CONTENT, instruments: [] })).not.toBe(hashOf({}));
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { FUNCTION_SETTINGS } from '#shared/contracts/names.ts';
import { FUNCTIONS } from '../../infra/deployables.ts';

/** A complete environment of a function as the stack sets it, with made-up values: it starts, and can reach nobody's project. */
export function sampleEnvironment(functionName: string): Readonly<Record<string, string>> {
  const row = FUNCTIONS.find(({ name }) => name === functionName);
  if (row === undefined) throw new Error(`infra/deployables.ts has no row for functions/${functionName}`);
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const values: Readonly<Record<string, string>> = {
    PIPELINE_PROJECT: 'sample-project',
    PIPELINE_ENVIRONMENT: 'dev',
    PIPELINE_BUCKET: 'sample-release',
    PIPELINE_COLD_BUCKET: 'sample-cold',
    PIPELINE_DATABASE: 'pipeline',
    PIPELINE_RELEASE_DATABASE: '(default)',
    PIPELINE_AUDIENCE: `https://${functionName}.example`,
    PIPELINE_CALLERS: 'caller@example.com',
    PIPELINE_TOKEN_SIGNATURE: 'platform',
    PIPELINE_TIMEOUT_S: String(row.timeoutS),
    PIPELINE_BUNDLE_SHA256: '0'.repeat(64),
    PIPELINE_SOURCE_BUCKET: 'sample-source',
    PIPELINE_VENUE: 'kraken',
    PIPELINE_VENUE_PROFILE: 'us_strict',
    PIPELINE_VOLUME_SCALE: '1',
    PIPELINE_SIGNING_KEY: 'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
    PIPELINE_TRUSTED_KEYS: publicKey,
    PIPELINE_APPROVERS: `ann@example.com=${publicKey}`,
  };
  return Object.fromEntries([...FUNCTION_SETTINGS, ...row.settings].map((name) => [name, settingOf(values, name)]));
}

function settingOf(values: Readonly<Record<string, string>>, name: string): string {
  const value = values[name];
  if (value === undefined) throw new Error(`scripts/bundle/sample-environment.ts has no value for ${name}`);
  return value;
}

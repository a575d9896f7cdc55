import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { readConfig } from '#shared/contracts/read-config.ts';
import { buildConfigSchema } from '../../../functions/build/config.ts';
import { collectConfigSchema } from '../../../functions/collect/config.ts';
import { publishConfigSchema } from '../../../functions/publish/config.ts';
import { rollbackConfigSchema } from '../../../functions/rollback/config.ts';
import { scoreConfigSchema } from '../../../functions/score/config.ts';

const KEY = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

const COMMON = {
  PATH: '/usr/bin',
  PIPELINE_PROJECT: 'p',
  PIPELINE_ENVIRONMENT: 'dev',
  PIPELINE_BUCKET: 'pool-dev',
  PIPELINE_AUDIENCE: 'https://collect.example.run.app',
  PIPELINE_CALLERS: 'sa-scheduler@p.iam.gserviceaccount.com',
  PIPELINE_TIMEOUT_S: '540',
  PIPELINE_BUNDLE_SHA256: 'a'.repeat(64),
};
const SIGNING = { PIPELINE_SIGNING_KEY: 'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1' };

describe('the environment of a function', () => {
  it.each<[string, z.ZodType, Record<string, string>]>([
    ['collect', collectConfigSchema, { PIPELINE_SOURCE_BUCKET: 'source-dev', PIPELINE_VENUE: 'gate' }],
    ['score', scoreConfigSchema, {}],
    ['build', buildConfigSchema, {}],
    ['publish', publishConfigSchema, SIGNING],
    ['rollback', rollbackConfigSchema, { ...SIGNING, PIPELINE_APPROVERS: `ann@example.com=${KEY}` }],
  ])('of %s: exactly this is needed', (_name, schema, own) => {
    const env = { ...COMMON, ...own };
    expect(readConfig(schema, env)).toMatchObject({ ok: true });
    for (const key of Object.keys(env).filter((name) => name !== 'PATH')) {
      expect(readConfig(schema, { ...env, [key]: undefined })).toEqual({ ok: false, error: [`${key}: is missing`] });
    }
  });

  it('shows every problem at once, and no value', () => {
    const wrong = {
      ...COMMON,
      PIPELINE_ENVIRONMENT: 'prod',
      PIPELINE_BUCKET: undefined,
      PIPELINE_TIMEOUT_S: 'ten',
      PIPELINE_BUNDLE_SHA256: undefined,
      PIPELINE_BUNDEL_SHA256: 'sECRET',
      PIPELINE_STORAGE_ENDPOINT: 'http://127.0.0.1:9',
    };
    expect(readConfig(buildConfigSchema, wrong)).toEqual({
      ok: false,
      error: [
        'PIPELINE_BUCKET: is missing',
        'PIPELINE_TIMEOUT_S: must be a whole number of seconds',
        'PIPELINE_BUNDLE_SHA256: is missing',
        'PIPELINE_BUNDEL_SHA256: is no setting of this function',
        'PIPELINE_STORAGE_ENDPOINT: must not be set in prod: it points to a stand-in',
      ].map((line) => expect.stringContaining(line)),
    });
  });

  it.each([
    ['PIPELINE_TOKEN_CERTS_URL', 'https://example.com/certs'],
    ['PIPELINE_TOKEN_ISSUER', 'https://example.com'],
    ['PIPELINE_FIRESTORE_HOST', '127.0.0.1:1'],
    ['PIPELINE_PUBSUB_HOST', '127.0.0.1:1'],
    ['PIPELINE_STORAGE_ENDPOINT', 'https://example.com'],
  ])('%s may point elsewhere in dev and never in prod', (key, value) => {
    const env = { ...COMMON, [key]: value };
    expect(readConfig(buildConfigSchema, env).ok).toBe(true);
    expect(readConfig(buildConfigSchema, { ...env, PIPELINE_ENVIRONMENT: 'prod' }).ok).toBe(false);
  });

  it('trusts certificates over plain http on this machine only', () => {
    const env = { ...COMMON, PIPELINE_TOKEN_CERTS_URL: 'http://example.com/certs' };
    expect(readConfig(buildConfigSchema, env).ok).toBe(false);
  });
});

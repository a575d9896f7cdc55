import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { artifactManifestSchema } from '#shared/contracts/artifact-manifest.ts';
import { checkContract, decodeContract } from '#shared/contracts/decode.ts';
import { dsseEnvelopeSchema } from '#shared/contracts/dsse-envelope.ts';
import { latestUniverseSchema } from '#shared/contracts/latest-universe.ts';
import { livePoolSchema } from '#shared/contracts/live-pool.ts';
import { livePoolLegacySchema } from '#shared/contracts/live-pool-legacy.ts';
import { logEntrySchema } from '#shared/contracts/log-entry.ts';
import { releaseRegistrySchema } from '#shared/contracts/release-registry.ts';
import { releaseStatementSchema } from '#shared/contracts/release-statement.ts';
import { runKeyText, runRecordSchema } from '#shared/contracts/run-record.ts';
import { switchStatementSchema } from '#shared/contracts/switch-statement.ts';
import { utf8 } from '#shared/core/text-bytes.ts';

const V = '2026-03-13-core_major';
const HASH = 'a'.repeat(64);
const symbol_map = { TRXUSDT: { base_asset: 'TRX' } };
const entry = (path: string) => ({ path, sha256: HASH });
const artifacts = {
  live_pool: entry('live_pool.json'),
  live_pool_legacy: entry('live_pool_legacy.json'),
  latest_ranking: entry('latest_ranking.csv'),
  latest_universe: entry('latest_universe.json'),
};
const stable = { as_of_date: '2026-03-13', version: V, mode: 'core_major', pool_size: 1 };
const sealed = { sha256: HASH, crc32c: 'AAAAAA==', size: 1, generation: '1' };

type Sample = readonly [schema: z.ZodType, sample: Readonly<Record<string, unknown>>];

const SAMPLES = {
  'latest_universe.json': [latestUniverseSchema, { as_of_date: '2026-03-13', symbols: ['TRXUSDT'] }],
  'live_pool.json': [livePoolSchema, { ...stable, symbols: ['TRXUSDT'], symbol_map, source_project: 'p' }],
  'live_pool_legacy.json': [livePoolLegacySchema, { ...stable, symbols: symbol_map, symbol_map, source_project: 'p' }],
  'artifact_manifest.json': [
    artifactManifestSchema,
    {
      manifest_type: 'strategy_artifact',
      contract_version: 'crypto_live_pool_rotation.live_pool.v1',
      strategy_profile: 'crypto_live_pool_rotation',
      artifact_type: 'live_pool',
      artifact_name: 'crypto_live_pool_rotation_live_pool',
      as_of_date: '2026-03-13',
      snapshot_as_of: '2026-03-13',
      version: V,
      mode: 'core_major',
      symbol_count: 1,
      symbols: ['TRXUSDT'],
      source_project: 'p',
      generated_at: '2026-03-14T00:45:00+00:00',
      primary_artifact: 'live_pool',
      artifacts,
    },
  ],
  'release statement': [
    releaseStatementSchema,
    {
      artifact_contract_version: 'v1',
      as_of_date: '2026-03-13',
      content_digest: HASH,
      manifest_sha256: HASH,
      mode: 'core_major',
      params_id: 'core_major',
      params_sha256: HASH,
      source_project: 'p',
      symbols: ['TRXUSDT'],
      version: V,
    },
  ],
  'switch statement': [
    switchStatementSchema,
    {
      action: 'publish',
      expires_at: '2026-04-28T00:00:00Z',
      issued_at: '2026-03-14T00:50:00Z',
      manifest_sha256: HASH,
      namespace: 'dev:strategy/X',
      prev_log_hash: HASH,
      prev_seq: 0,
      publish_seq: 1,
      version: V,
    },
  ],
  'log entry': [
    logEntrySchema,
    {
      publish_seq: 1,
      prev_seq: 0,
      action: 'publish',
      version: V,
      switch_statement: 'AQ==',
      switch_sig: 'AQ==',
      key_id: HASH,
      entry_hash: HASH,
    },
  ],
  'registry entry': [
    releaseRegistrySchema,
    {
      manifest_sha256: HASH,
      content_digest: HASH,
      files: {
        'latest_universe.json': sealed,
        'latest_ranking.csv': sealed,
        'live_pool.json': sealed,
        'live_pool_legacy.json': sealed,
        'artifact_manifest.json': sealed,
      },
      release_statement: 'AQ==',
      release_sig: 'AQ==',
      key_id: HASH,
      run_key: 'manual:x',
      sealed_at: '2026-03-14T00:45:00Z',
      status: 'SEALED',
    },
  ],
  'run record': [
    runRecordSchema,
    {
      logical_time: '2026-03-14T00:45:00Z',
      as_of: '2026-03-13',
      inputs: [{ uri: 'gs://b/x', generation: '1', sha256: HASH }],
      params_id: 'core_major',
      params_sha256: HASH,
      source_revision: 'b'.repeat(40),
      seed: 42,
      stages: {},
      outcome: null,
      code: null,
    },
  ],
  envelope: [dsseEnvelopeSchema, { payloadType: 't', payload: 'AQ==', signatures: [{ keyid: HASH, sig: 'AQ==' }] }],
} as const satisfies Readonly<Record<string, Sample>>;

describe.each(Object.entries<Sample>(SAMPLES))('closed contract %s (operations spec §18, J10)', (name, [schema, sample]) => {
  const accepts = (value: unknown): boolean => checkContract(schema, value, name).ok;

  test('takes its sample, as a value and as bytes', () => {
    expect(checkContract(schema, sample, name)).toEqual({ ok: true, value: sample });
    expect(decodeContract(schema, utf8(JSON.stringify(sample)), name)).toEqual({ ok: true, value: sample });
  });

  test('refuses an unknown field and a value that is no object', () => {
    expect(accepts({ ...sample, note: 'x' })).toBe(false);
    for (const value of [null, [], 'x', 1]) expect(accepts(value)).toBe(false);
  });

  test.each(Object.keys(sample))('refuses %s when it is missing or of another type', (field) => {
    const { [field]: value, ...rest } = sample;
    expect(accepts(rest)).toBe(false);
    expect(accepts({ ...sample, [field]: { unexpected: true } })).toBe(false);
    if (value !== null) expect(accepts({ ...sample, [field]: null })).toBe(false);
  });
});

test('a refusal names the document, the field and the problem', () => {
  const bytes = utf8(JSON.stringify({ as_of_date: '2026-02-30', symbols: ['trx'] }));
  expect(decodeContract(latestUniverseSchema, bytes, 'latest_universe.json')).toEqual({
    ok: false,
    error: {
      code: 'DOCUMENT_UNREADABLE',
      message:
        'latest_universe.json has not the shape of its contract: as_of_date: must be a date YYYY-MM-DD; symbols.0: must be an upper-case USDT symbol',
      details: expect.objectContaining({ document: 'latest_universe.json', code: 'schema' }),
    },
  });
});

test('a refusal of the parser keeps its code and place', () => {
  expect(decodeContract(latestUniverseSchema, utf8('{"symbols":[1,NaN]}'), 'x')).toMatchObject({
    ok: false,
    error: { details: { code: 'number_not_finite', path: '$.symbols[1]' } },
  });
});

test('a registry entry has all five files and no sixth', () => {
  const [schema, sample] = SAMPLES['registry entry'];
  const { 'live_pool.json': _, ...four } = sample.files;
  expect(schema.safeParse({ ...sample, files: four }).success).toBe(false);
  expect(schema.safeParse({ ...sample, files: { ...sample.files, 'x.json': sealed } }).success).toBe(false);
});

test('run keys (operations spec §20, OV-01)', () => {
  expect(['pool-monthly:20261201T031500Z', 'manual:2026-fix.1'].every((key) => runKeyText.safeParse(key).success)).toBe(true);
  for (const key of ['', 'manual:', 'manual:../x', 'manual:a/b', 'Pool:20261201T031500Z', 'pool-monthly:2026-12-01']) {
    expect(runKeyText.safeParse(key).success).toBe(false);
  }
});

import { describe, expect, test } from 'vitest';
import { artifactManifestSchema } from '#shared/contracts/artifact-manifest.ts';
import { latestUniverseSchema } from '#shared/contracts/latest-universe.ts';
import { livePoolSchema } from '#shared/contracts/live-pool.ts';
import { livePoolLegacySchema } from '#shared/contracts/live-pool-legacy.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { renderArtifacts } from '#shared/release/artifacts.ts';
import { contentDigest, dataDigest, releaseIdentitySha256 } from '#shared/release/digests.ts';
import { releaseStatementOf } from '#shared/release/statements.ts';
import { filesOf, sampleContext, sampleDecision, sampleFiles, textOf } from './support/sample-a.ts';

const manifestOf = (files = sampleFiles()) => artifactManifestSchema.parse(JSON.parse(textOf(files, 'artifact_manifest.json')));

describe('sample A', () => {
  test('RL-02: first ranking row', () => {
    const row = '2026-03-13,TRXUSDT,1.0,0.8571428571428571,1.0,0.9785714285714285,late_momentum,0.8838828109960641,True,1';
    expect(textOf(sampleFiles(), 'latest_ranking.csv').split('\n')[1]).toBe(row);
  });

  test('RL-03: size and SHA-256 of each file, manifest last', () => {
    const rows = [...sampleFiles()].map(([name, bytes]) => [name, bytes.length, sha256Hex(bytes)]);
    expect(rows).toEqual([
      ['latest_universe.json', 157, '77788582631b08a5473c6b470a99e9d37d89cfe16498de93a6db2877ed10a7f8'],
      ['latest_ranking.csv', 1006, '4980ac6ce8f135fd7eeb13a657eccda493e63d1d9d8282d1224272482c64f830'],
      ['live_pool.json', 531, '7a56079d33770aab0273da165967c348f8aafe53a46e048dbff54e0cd451cd46'],
      ['live_pool_legacy.json', 707, 'dfe43468d14314c360a76d0e0a7d6bc94c5f16ce9f3a13590fef8c4bfce0db56'],
      ['artifact_manifest.json', 2533, '02d99451fc8da8054fc64ac5befc290cd2d20670f53d5faac36d7439f3ef6e94'],
    ]);
  });

  test('RL-04: content and identity digests', () => {
    expect(contentDigest(sampleFiles())).toBe('39b7dbbae342c7afbc2280d5fb57057bc27be795a5118fa4969300d1818d0cba');
    const identity = manifestOf().runtime_evidence_identity;
    expect(identity && releaseIdentitySha256(identity)).toBe('73cddcee4051982d102683c4d947edcff34038a092ec1b4c9105d23d3b103629');
  });

  test('RL-05: the statement is derived from the sealed bytes', () => {
    expect(releaseStatementOf(sampleFiles(), manifestOf())).toEqual({
      artifact_contract_version: 'crypto_live_pool_rotation.live_pool.v1',
      as_of_date: '2026-03-13',
      content_digest: '39b7dbbae342c7afbc2280d5fb57057bc27be795a5118fa4969300d1818d0cba',
      manifest_sha256: '02d99451fc8da8054fc64ac5befc290cd2d20670f53d5faac36d7439f3ef6e94',
      mode: 'core_major',
      params_id: 'core_major',
      params_sha256: 'a'.repeat(64),
      source_project: 'crypto-live-pool-pipelines',
      symbols: ['TRXUSDT', 'ETHUSDT', 'BCHUSDT', 'NEARUSDT', 'LTCUSDT'],
      version: '2026-03-13-core_major',
    });
  });

  test('every file has the shape of its contract', () => {
    const files = sampleFiles();
    const parse = (name: string): unknown => JSON.parse(textOf(files, name));
    expect(livePoolSchema.safeParse(parse('live_pool.json')).success).toBe(true);
    expect(livePoolLegacySchema.safeParse(parse('live_pool_legacy.json')).success).toBe(true);
    expect(latestUniverseSchema.safeParse(parse('latest_universe.json')).success).toBe(true);
  });
});

describe('switches of the parameters', () => {
  test('S24: each manifest block comes and goes with its name', () => {
    const keys = (blocks: ('identity' | 'inputs')[]): string[] => {
      const files = filesOf(sampleDecision, { ...sampleContext, export: { ...sampleContext.export, manifest_blocks: blocks } });
      return Object.keys(JSON.parse(textOf(files, 'artifact_manifest.json'))).slice(15);
    };
    const inputs = ['params_id', 'params_sha256', 'data_digest', 'evidence_sha256'];
    expect(keys([])).toEqual([]);
    expect(keys(['identity'])).toEqual(['runtime_evidence_identity']);
    expect(keys(['inputs'])).toEqual(inputs);
    expect(keys(['inputs', 'identity'])).toEqual(['runtime_evidence_identity', ...inputs]);
  });

  test('S25: selection_meta writes the rank as a float or as an integer, the scores always as floats', () => {
    const meta = (rank: 'float' | 'int'): string => {
      const context = { ...sampleContext, withSelectionMeta: true, export: { ...sampleContext.export, meta_rank_type: rank } };
      return textOf(filesOf(sampleDecision, context), 'live_pool_legacy.json').split('"selection_meta"')[1] ?? '';
    };
    expect(meta('float')).toContain('"current_rank": 5.0');
    expect(meta('int')).toMatch(/"current_rank": 5\n/);
    expect(meta('int')).toContain('"final_score": 0.9785714285714285');
  });

  test('S23: a symbol without a base asset is left out of the maps, or refuses the build', () => {
    const members = sampleDecision.members.map((m) => (m.symbol === 'BCHUSDT' ? { ...m, baseAsset: null } : m));
    const decision = { ...sampleDecision, members };
    expect(renderArtifacts(decision, sampleContext)).toMatchObject({
      ok: false,
      error: { code: 'BASE_ASSET_MISSING', details: { symbols: ['BCHUSDT'] } },
    });
    const pool = JSON.parse(
      textOf(filesOf(decision, { ...sampleContext, symbolMap: { on_missing_base: 'omit' } }), 'live_pool.json'),
    );
    expect(pool.symbols).toContain('BCHUSDT');
    expect(Object.keys(pool.symbol_map)).toEqual(['TRXUSDT', 'ETHUSDT', 'NEARUSDT', 'LTCUSDT']);
  });

  test('an empty pool is refused', () => {
    const members = sampleDecision.members.map((m) => ({ ...m, selected: false }));
    expect(renderArtifacts({ ...sampleDecision, members }, sampleContext)).toMatchObject({
      ok: false,
      error: { code: 'POOL_EMPTY' },
    });
  });
});

test('data_digest does not depend on the order of the inputs', () => {
  const a = { name: 'a.csv', sha256: '1'.repeat(64) };
  const b = { name: 'b.csv', sha256: '2'.repeat(64) };
  expect(dataDigest([b, a])).toBe(dataDigest([a, b]));
  expect(dataDigest([a, b])).toBe(sha256Hex(`${a.sha256}  a.csv\n${b.sha256}  b.csv\n`));
  expect(dataDigest([a])).not.toBe(dataDigest([a, b]));
});

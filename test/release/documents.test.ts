import { describe, expect, test } from 'vitest';
import { artifactManifestSchema } from '#shared/contracts/artifact-manifest.ts';
import { runManifestSchema } from '#shared/contracts/run-manifest.ts';
import { summaryDocumentSchema } from '#shared/contracts/summary-document.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ageDays, expiresAt } from '#shared/release/expiry.ts';
import { heartbeatDocument } from '#shared/release/heartbeat.ts';
import { prettyJson } from '#shared/release/json-text.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { planPublish, planSwitchTo } from '#shared/release/plan.ts';
import { releaseManifestDocument } from '#shared/release/release-manifest-document.ts';
import { runManifestBytes } from '#shared/release/run-manifest.ts';
import { type SwitchFacts, summaryDocument } from '#shared/release/summary.ts';
import { goldenDecision, goldenIsPresent, goldenText } from './support/golden.ts';
import { filesOf, sampleContext, sampleDecision, sampleFiles, textOf } from './support/sample-a.ts';

const layout = releaseLayout({ baseUri: 'gs://bucket' });
const V = '2026-03-13-core_major';

describe.skipIf(!goldenIsPresent)('parity with the dry run of the reference', () => {
  const dryRun = (): string => goldenText('publish-dry-run/release_manifest.json');
  const files = () =>
    filesOf(goldenDecision('2026-11-01'), {
      ...sampleContext,
      version: '2026-11-01-core_major',
      generatedAt: JSON.parse(dryRun()).firestore.payload.generated_at,
      export: { manifest_blocks: [], meta_rank_type: 'float' },
    });

  test('release_manifest.json is byte-equal', () => {
    const options = { layout: releaseLayout(), dryRun: true, publishEnabled: false };
    expect(prettyJson(releaseManifestDocument(files(), options))).toBe(dryRun());
  });

  test('the heartbeat without an act is byte-equal', () => {
    const facts = { layout: releaseLayout(), workflowRunId: null, workflowRunUrl: null };
    expect(prettyJson(heartbeatDocument(files(), facts))).toBe(
      goldenText('publish-dry-run/heartbeat/2026-11-01-core_major.json'),
    );
  });
});

test('the heartbeat of an act says which', () => {
  const facts = {
    layout,
    workflowRunId: '7',
    workflowRunUrl: 'https://ci/7',
    act: { publishSeq: 3, action: 'rollback' as const },
  };
  const heartbeat = JSON.parse(prettyJson(heartbeatDocument(sampleFiles(), facts)));
  expect(Object.keys(heartbeat)).toEqual([
    'stage',
    'version',
    'as_of_date',
    'mode',
    'pool_size',
    'symbols',
    'storage_prefix',
    'generated_at',
    'workflow_run_id',
    'workflow_run_url',
    'publish_seq',
    'action',
    'manifest_sha256',
  ]);
  expect(heartbeat).toMatchObject({ stage: 'activated', publish_seq: 3, action: 'rollback', workflow_run_id: '7' });
});

describe('summary document', () => {
  const signed = (text: string, keyId: string) => ({
    bytes: utf8(text),
    alg: 'ed25519',
    keyId,
    signature: Uint8Array.of(1, 2, 3),
  });
  const facts: SwitchFacts = {
    layout,
    publishSeq: 2,
    action: 'publish',
    manifestGeneration: '17',
    committedAt: '2026-03-14T00:50:00Z',
    prevVersion: '2026-02-13-core_major',
    logHash: 'd'.repeat(64),
    release: signed('release', 'e'.repeat(64)),
    switch: signed('switch', 'e'.repeat(64)),
  };

  test('has every field of release spec §5, from the sealed bytes', () => {
    const document = summaryDocument(sampleFiles(), facts);
    expect(summaryDocumentSchema.safeParse(document).success).toBe(true);
    expect(document).toMatchObject({
      symbols: ['TRXUSDT', 'ETHUSDT', 'BCHUSDT', 'NEARUSDT', 'LTCUSDT'],
      pool_size: 5,
      generated_at: '2026-03-14T00:45:00+00:00',
      expires_at: '2026-04-28T00:00:00Z',
      live_pool_uri: 'gs://bucket/crypto-live-pool-pipelines/current/live_pool.json',
      versioned_live_pool_uri: `gs://bucket/crypto-live-pool-pipelines/releases/${V}/live_pool.json`,
      manifest_sha256: '02d99451fc8da8054fc64ac5befc290cd2d20670f53d5faac36d7439f3ef6e94',
      content_digest: '39b7dbbae342c7afbc2280d5fb57057bc27be795a5118fa4969300d1818d0cba',
      signature: { alg: 'ed25519', release_statement: 'cmVsZWFzZQ==', switch_sig: 'AQID' },
    });
  });

  test('carries the exact bytes whose digest the identity block names', () => {
    const { live_pool_legacy_exact_bytes: exact, runtime_evidence_identity: identity } = summaryDocument(sampleFiles(), facts);
    expect(sha256Hex(exact.utf8_text)).toBe(identity.artifacts.live_pool_legacy.sha256);
  });

  test('is never made of signatures by two keys: it names one', () => {
    const release = signed('release', 'f'.repeat(64));
    expect(() => summaryDocument(sampleFiles(), { ...facts, release })).toThrow(expect.objectContaining({ code: 'INVARIANT' }));
  });

  test('is never made from a set without identity or inputs', () => {
    for (const block of ['identity', 'inputs'] as const) {
      const files = filesOf(sampleDecision, { ...sampleContext, export: { manifest_blocks: [block], meta_rank_type: 'int' } });
      expect(() => summaryDocument(files, facts)).toThrow(expect.objectContaining({ code: 'MANIFEST_INCOMPLETE' }));
    }
  });

  test('is never made from files that cannot be read', () => {
    const files = new Map(sampleFiles()).set('live_pool.json', utf8('{"a":1,"a":2}'));
    expect(() => summaryDocument(files, facts)).toThrow(expect.objectContaining({ code: 'DOCUMENT_UNREADABLE' }));
  });
});

describe('plan', () => {
  const evidence = new Map([
    ['explain.json', utf8('{}')],
    ['run_manifest.json', utf8('{}')],
  ]);
  const input = { layout, runKey: 'manual:x', isApproved: false, version: V, files: sampleFiles(), evidence };
  const place = (write: ReturnType<typeof planPublish>['writes'][number]): string =>
    `${write.phase} ${write.op === 'write_documents' ? write.documents.join(' ') : write.object.replace('crypto-live-pool-pipelines/', '')}`;

  test('a publish: run, evidence, data, manifest, seal, switch, commit, heartbeat, copy of the act', () => {
    expect(planPublish(input).writes.map(place)).toEqual([
      'RUN runs/manual:x',
      `STAGE evidence/${V}/explain.json`,
      `STAGE evidence/${V}/run_manifest.json`,
      `STAGE releases/${V}/latest_universe.json`,
      `STAGE releases/${V}/latest_ranking.csv`,
      `STAGE releases/${V}/live_pool.json`,
      `STAGE releases/${V}/live_pool_legacy.json`,
      `STAGE releases/${V}/artifact_manifest.json`,
      `SEAL evidence/${V}/release.dsse.json`,
      `SEAL releases/${V}`,
      'ACQUIRE head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL',
      'INTENT head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL',
      'COPY current/latest_universe.json',
      'COPY current/latest_ranking.csv',
      'COPY current/live_pool.json',
      'COPY current/live_pool_legacy.json',
      'COPY current/artifact_manifest.json',
      'COMMIT strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL log/<publish_seq> head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL',
      'AFTER runs/manual:x',
      `AFTER monthly/${V}.json`,
      'AFTER log/<publish_seq>.dsse.json',
    ]);
  });

  test('a rollback writes no release object', () => {
    const { writes } = planSwitchTo('rollback', input);
    expect(new Set(writes.map((write) => write.phase))).toEqual(
      new Set(['REQUEST', 'ACQUIRE', 'INTENT', 'COPY', 'COMMIT', 'AFTER']),
    );
  });

  test('every object write is conditional and says which bytes', () => {
    const manifest = artifactManifestSchema.parse(JSON.parse(textOf(input.files, 'artifact_manifest.json')));
    for (const write of planPublish(input).writes) {
      if (write.op === 'copy_object') expect(write.guard).toBe('observed_generation');
      if (write.op === 'create_object' && write.object.endsWith('/live_pool.json')) {
        expect(write).toMatchObject({ guard: 'absent', sha256: manifest.artifacts.live_pool.sha256, size: 531 });
      }
    }
  });
});

test('run_manifest.json has one form whatever the order of its facts', () => {
  const facts = {
    backend: 'hist_gbt',
    library_versions: { zod: '4.6.7' },
    lock_file_sha256: 'a'.repeat(64),
    feature_schema: ['roc20'],
    label_schema: { target: 'blended_rank_pct', horizons: [30, 60, 90] },
    training_window: { start: '2024-01-01', end: '2025-12-31', rows: 400, row_digest: 'b'.repeat(64) },
    volume_scale: { factor: 1.8, origin: 'calibration' as const },
    params: { ridge: { alpha: 2, other: 0.5 } },
    source_revision: 'c'.repeat(40),
    seed: 42,
    prediction_digest: 'd'.repeat(64),
  };
  const bytes = runManifestBytes(facts);
  expect(runManifestBytes(Object.fromEntries(Object.entries(facts).reverse()) as typeof facts)).toEqual(bytes);
  expect(runManifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))).toEqual(facts);
  const { volume_scale: _scale, ...earlier } = facts;
  expect(JSON.parse(new TextDecoder().decode(runManifestBytes(earlier)))).toEqual(earlier);
});

test('expiry and age', () => {
  expect(expiresAt('2026-02-13')).toBe('2026-03-31T00:00:00Z');
  expect(expiresAt('2026-03-13')).toBe('2026-04-28T00:00:00Z');
  expect([ageDays('2026-03-13', '2026-04-27'), ageDays('2026-03-13', '2026-03-12')]).toEqual([45, -1]);
});

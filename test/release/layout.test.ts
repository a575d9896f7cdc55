import { expect, test } from 'vitest';
import { DATA_FILES, RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import {
  contentTypeOf,
  currentObject,
  evidenceObject,
  heartbeatObject,
  logObject,
  objectUri,
  rawObject,
  releaseLayout,
  releaseObject,
  stagingObject,
} from '#shared/release/layout.ts';

const V = '2026-03-13-core_major';

test('object names of release spec §1', () => {
  const layout = releaseLayout({ baseUri: 'gs://bucket' });
  expect(releaseObject(layout, V, 'live_pool.json')).toBe(`crypto-live-pool-pipelines/releases/${V}/live_pool.json`);
  expect(currentObject(layout, 'latest_ranking.csv')).toBe('crypto-live-pool-pipelines/current/latest_ranking.csv');
  expect(evidenceObject(layout, V, 'release.dsse.json')).toBe(`crypto-live-pool-pipelines/evidence/${V}/release.dsse.json`);
  expect(stagingObject(layout, 'manual:a', 'explain.json')).toBe('crypto-live-pool-pipelines/staging/manual:a/explain.json');
  expect(rawObject(layout, 'manual:a', 'x.csv')).toBe('crypto-live-pool-pipelines/raw/manual:a/x.csv');
  expect(logObject(layout, 7)).toBe('crypto-live-pool-pipelines/log/0000000007.dsse.json');
  expect(heartbeatObject(layout, V)).toBe(`crypto-live-pool-pipelines/monthly/${V}.json`);
});

test('URIs of a bucket, of a folder, and of nothing', () => {
  const name = (options: { baseUri?: string; prefix?: string }): string => {
    const layout = releaseLayout(options);
    return objectUri(layout, currentObject(layout, 'live_pool.json'));
  };
  expect(name({ baseUri: 'gs://bucket/' })).toBe('gs://bucket/crypto-live-pool-pipelines/current/live_pool.json');
  expect(name({ baseUri: 'file:///data/store', prefix: '/a/b/' })).toBe('file:///data/store/a/b/current/live_pool.json');
  expect(name({})).toBe('gs://<unset-bucket>/crypto-live-pool-pipelines/current/live_pool.json');
});

test('the manifest is written last, and types have no encoding', () => {
  expect(RELEASE_FILES).toEqual([...DATA_FILES, 'artifact_manifest.json']);
  expect(RELEASE_FILES.map(contentTypeOf)).toEqual([
    'application/json',
    'text/csv; charset=utf-8',
    'application/json',
    'application/json',
    'application/json',
  ]);
});

test('document paths of release spec §1', () => {
  expect(DOCUMENT_PATHS.summary).toBe('strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL');
  expect(DOCUMENT_PATHS.head).toBe('head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL');
  expect(DOCUMENT_PATHS.logEntry(12)).toBe('log/0000000012');
});

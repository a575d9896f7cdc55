import { describe, expect, test } from 'vitest';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { approval, depsOver, memoryStores, publishInput, V1, V2, V3 } from './support/release-lab.ts';

describe('RL-08 the life of three releases', () => {
  test('sequence, high water and chain', async () => {
    const stores = memoryStores();
    const deps = () => depsOver(stores);
    const head = () => stores.documents.get(DOCUMENT_PATHS.head);

    expect(await publish(deps(), publishInput(V1))).toMatchObject({ outcome: 'COMMITTED', publishSeq: 1, warnings: [] });
    expect(await publish(deps(), publishInput(V2))).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2, warnings: [] });
    expect(await rollback(deps(), { runKey: 'manual:back', target: V1, approval })).toMatchObject({
      outcome: 'COMMITTED',
      publishSeq: 3,
      warnings: [],
    });
    expect(await head()).toMatchObject({ committed_version: V1, high_water: V2, switching: false });
    expect(await publish(deps(), publishInput(V2, { run: 'late' }))).toMatchObject({
      outcome: 'REFUSED',
      refusal: { code: 'SUPERSEDED' },
    });
    expect(await restore(deps(), { runKey: 'manual:again', target: V2, approval })).toMatchObject({
      publishSeq: 4,
      warnings: [],
    });
    expect(await head()).toMatchObject({ committed_version: V2, high_water: V2 });
    expect(await publish(deps(), publishInput(V3))).toMatchObject({ publishSeq: 5, warnings: [] });
    expect(await head()).toMatchObject({ committed_version: V3, committed_seq: 5, high_water: V3 });

    const log = await stores.documents.list('log');
    expect(log.map(({ data }) => [data.publish_seq, data.action, data.version])).toEqual([
      [1, 'publish', V1],
      [2, 'publish', V2],
      [3, 'rollback', V1],
      [4, 'restore', V2],
      [5, 'publish', V3],
    ]);
    expect(await auditRelease(deps(), { allReleases: true })).toMatchObject({ ok: true, mismatches: [] });
  });
});

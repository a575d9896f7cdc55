import { expect, test } from 'vitest';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { readStatement } from './support/read-acts.ts';
import { approval, depsOver, memoryStores, publishInput, V1, V2 } from './support/release-lab.ts';

test('V32: a release that replaces four of five members waits for a second person, then the same run goes on', async () => {
  const stores = memoryStores();
  await publish(depsOver(stores), publishInput(V1));
  const unusual = publishInput(V2, { fresh: 4 });
  expect(await publish(depsOver(stores), unusual)).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'APPROVAL_REQUIRED' } });
  expect(await stores.documents.get(DOCUMENT_PATHS.head)).toMatchObject({
    committed_version: V1,
    switching: false,
    holder: null,
  });
  expect(await stores.documents.get(DOCUMENT_PATHS.run(unusual.runKey))).toMatchObject({
    outcome: 'HELD',
    code: 'APPROVAL_REQUIRED',
  });
  expect(await publish(depsOver(stores), { ...unusual, approval })).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
  expect(await readStatement(stores, 2)).toMatchObject({ approved_by: 'bob' });
});

test('V32: three of five are ordinary', async () => {
  const stores = memoryStores();
  await publish(depsOver(stores), publishInput(V1));
  expect(await publish(depsOver(stores), publishInput(V2, { fresh: 3 }))).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
});

import { expect, it } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { DEPLOYED_SET } from '#shared/contracts/names.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { deployedSet } from '../../../functions/edge/deployed-set.ts';
import { DEPLOYED } from '../../pipeline/stage-lab.ts';

const RUNNING = { name: 'collect', sha256: DEPLOYED.bundles.collect! };

async function sourceBucket(content?: string) {
  const objects = memoryObjectStore();
  if (content === undefined) return objects;
  await objects.put(DEPLOYED_SET.object, utf8(content), { ifGenerationMatch: ABSENT, contentType: 'application/json' });
  return objects;
}

it('the running bundle learns of which commit it is', async () => {
  expect(await deployedSet(await sourceBucket(JSON.stringify(DEPLOYED)), RUNNING)).toEqual(DEPLOYED);
});

it.each([
  ['before the first update is over', undefined, RUNNING],
  [
    'while an update has changed the function and not yet the set',
    JSON.stringify(DEPLOYED),
    { ...RUNNING, sha256: 'e'.repeat(64) },
  ],
  ['where the set lacks the function', JSON.stringify({ ...DEPLOYED, bundles: {} }), RUNNING],
])('%s it is asked again', async (_when, content, running) => {
  await expect(deployedSet(await sourceBucket(content), running)).rejects.toMatchObject({
    code: 'DEPLOYMENT_UNDER_WAY',
    kind: 'transient',
  });
});

it.each(['{}', 'no json', JSON.stringify({ ...DEPLOYED, revision: 'main' })])(
  'what is no release set is no code: %s',
  async (content) => {
    await expect(deployedSet(await sourceBucket(content), RUNNING)).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      kind: 'terminal',
    });
  },
);

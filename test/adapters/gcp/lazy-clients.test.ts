import { expect, it } from 'vitest';
import { loadedBy } from './loaded-packages.ts';

const TIMING = `{ clock: { nowMs: () => 0, sleep: async () => {} }, random: { next: () => 0, hex: () => '' } }`;

it.each([
  ['object-store.ts', 'gcsObjectStore', `{ bucket: 'b', ...${TIMING} }`],
  ['document-store.ts', 'firestoreDocumentStore', `{ projectId: 'p', ...${TIMING} }`],
  ['event-bus.ts', 'pubSubEventBus', `{ projectId: 'p', ...${TIMING} }`],
  ['ordered-bus.ts', 'pubSubOrderedBus', `{ projectId: 'p', ...${TIMING} }`],
  ['secret-store.ts', 'secretManagerStore', `{ projectId: 'p', ...${TIMING} }`],
])('%s loads no client before its first call', (file, factory, options) => {
  const code = `const { ${factory} } = await import('#shared/adapters/gcp/${file}'); ${factory}(${options});`;
  expect(loadedBy(code)).toEqual([]);
});

it('notices a client that is loaded', () => {
  expect(loadedBy(`await import('@google-cloud/storage');`)).toContain('@google-cloud/storage');
});

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Packages of Google that a module has loaded once it is imported and its factory called. */
function loadedBy(code: string): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      load(url, context, nextLoad) {
        const name = /node_modules\\/(@google-cloud\\/[^/]+|google-[^/]+|@grpc\\/[^/]+)\\//.exec(url)?.[1];
        if (name !== undefined) loaded.add(name);
        return nextLoad(url, context);
      },
    });
    ${code}
    process.stdout.write(JSON.stringify([...loaded].sort()));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })) as string[];
}

const TIMING = `{ clock: { nowMs: () => 0, sleep: async () => {} }, random: { next: () => 0, hex: () => '' } }`;

it.each([
  ['object-store.ts', 'gcsObjectStore', `{ bucket: 'b', ...${TIMING} }`],
  ['document-store.ts', 'firestoreDocumentStore', `{ projectId: 'p', ...${TIMING} }`],
  ['event-bus.ts', 'pubSubEventBus', `{ projectId: 'p', ...${TIMING} }`],
  ['secret-store.ts', 'secretManagerStore', `{ projectId: 'p', ...${TIMING} }`],
])('%s loads no client before its first call', (file, factory, options) => {
  const code = `const { ${factory} } = await import('#shared/adapters/gcp/${file}'); ${factory}(${options});`;
  expect(loadedBy(code)).toEqual([]);
});

it('notices a client that is loaded', () => {
  expect(loadedBy(`await import('@google-cloud/storage');`)).toContain('@google-cloud/storage');
});

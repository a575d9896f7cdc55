import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SecretStore } from '#shared/ports/secret-store.ts';

/** What a store must hold for the laws: one secret with three versions, oldest first. */
export const SECRETS_UNDER_TEST: Readonly<Record<string, readonly string[]>> = {
  'market-data-key': ['canary-old', 'canary-newer', 'canary-newest é'],
};

/** The laws of SecretStore; `makeStore` gives a store that holds SECRETS_UNDER_TEST. */
export function secretStoreLaws(name: string, makeStore: () => SecretStore | Promise<SecretStore>): void {
  describe(`${name} keeps the laws of SecretStore`, () => {
    it('reads the newest version, or the pinned one', async () => {
      const store = await makeStore();
      expect((await store.read('market-data-key')).reveal()).toBe('canary-newest é');
      expect((await store.read('market-data-key', '2')).reveal()).toBe('canary-newer');
      expect((await store.read('market-data-key', '3')).equals(await store.read('market-data-key'))).toBe(true);
    });

    it.each([
      ['other', undefined],
      ['market-data-key', '4'],
      ['market-data-key', '0'],
      ['market-data-key', 'latest'],
      ['../market-data-key', undefined],
      ['', undefined],
      ['constructor', undefined],
    ])('has no secret %j in version %j', async (secret, version) => {
      const store = await makeStore();
      await expect(store.read(secret, version)).rejects.toMatchObject({ code: 'SECRET_MISSING', kind: 'terminal' });
    });

    it('shows no value by accident', async () => {
      const secret = await (await makeStore()).read('market-data-key');
      const shown = [`${String(secret)}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9, showHidden: true })];
      for (const text of shown) expect(text).not.toContain('canary');
      expect(shown[1]).toBe('{"secret":"***"}');
    });
  });
}

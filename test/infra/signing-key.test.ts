import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { spkiOf } from '../../infra/signing-key.ts';

it('a public key is pinned as the inside of its PEM', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  expect(spkiOf(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 1)).toBe(spki);
});

it.each([undefined, '', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n'])(
  'a version without one ends the update: %j',
  (pem) => {
    expect(() => spkiOf(pem, 3)).toThrow(/version 3 of the signing key has no public key yet; run pulumi up again/);
  },
);

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ed25519Signer } from '#shared/adapters/keys/ed25519-signer.ts';
import { createKeyFile, keyFileSigner, publicKeyPem } from '#shared/adapters/keys/key-file.ts';
import { trustedKeysFolder } from '#shared/adapters/keys/trusted-keys.ts';
import { memorySigner } from '#shared/adapters/memory/signer.ts';
import { verifySignature } from '#shared/core/verify-signature.ts';
import { signerLaws } from '../../laws/signer.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let seed = 0;
signerLaws('memorySigner', () => memorySigner((seed++).toString(16).padStart(64, '0')));
signerLaws('keyFileSigner', () => {
  const file = path.join(temporaryFolder(), 'key.pem');
  createKeyFile(file);
  return keyFileSigner(file);
});

const refusal = (code: string, file: string) => expect.objectContaining({ code, message: expect.stringContaining(file) });

describe('Ed25519', () => {
  it('gives the signature of RFC 8032 §7.1 TEST 1 and the key id of release spec §14', async () => {
    const signer = memorySigner('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    expect(signer.keyId).toBe('06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9');
    expect(Buffer.from((await signer.sign(new Uint8Array())).bytes).toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  it('refuses other kinds of key', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    expect(() => ed25519Signer(privateKey)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
    expect(() => ed25519Signer(generateKeyPairSync('ed25519').publicKey)).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    );
  });
});

describe('a key file', () => {
  it('is PKCS#8 PEM for its owner only, and is never overwritten', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'secret', 'key.pem');
    const signer = createKeyFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(createPrivateKey(readFileSync(file)).asymmetricKeyType).toBe('ed25519');
    expect(keyFileSigner(file).keyId).toBe(signer.keyId);
    expect(() => createKeyFile(file)).toThrow(refusal('KEY_EXISTS', file));
    expect(keyFileSigner(file).keyId).toBe(signer.keyId);
    expect(readdirSync(path.dirname(file))).toEqual(['key.pem']);
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o610])('is refused when its mode is %o', (mode) => {
    const file = path.join(temporaryFolder(), 'key.pem');
    createKeyFile(file);
    chmodSync(file, mode);
    expect(() => keyFileSigner(file)).toThrow(refusal('KEY_EXPOSED', file));
    chmodSync(file, 0o400);
    expect(keyFileSigner(file).alg).toBe('ed25519');
  });

  it('is missed by name', () => {
    const file = path.join(temporaryFolder(), 'none', 'key.pem');
    expect(() => keyFileSigner(file)).toThrow(refusal('KEY_MISSING', file));
  });

  it('is refused when it holds something else, without quoting it', () => {
    const folder = temporaryFolder();
    const rsa = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const good = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const contents = ['', 'hello secret', good.slice(0, 60), rsa, `${' '.repeat(20_000)}${good}`];
    for (const [i, content] of contents.entries()) {
      const file = path.join(folder, `key-${i}.pem`);
      writeFileSync(file, content, { mode: 0o600 });
      expect(() => keyFileSigner(file)).toThrow(refusal('KEY_INVALID', file));
      expect(() => keyFileSigner(file)).not.toThrow(/secret/);
    }
  });
});

describe('a folder of trusted keys', () => {
  it('gives every public key with its id and algorithm', async () => {
    const folder = temporaryFolder();
    const signer = memorySigner('0'.repeat(64));
    writeFileSync(path.join(folder, '1-current.pem'), publicKeyPem(signer));
    const kms = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ type: 'spki', format: 'pem' });
    writeFileSync(path.join(folder, '2-next.pem'), kms);
    writeFileSync(path.join(folder, 'README'), 'not a key');
    const keys = trustedKeysFolder(folder);
    expect(keys.map((key) => key.alg)).toEqual(['ed25519', 'ecdsa-p256-sha256']);
    expect(keys[0]).toEqual({ keyId: signer.keyId, alg: 'ed25519', publicKeyDer: signer.publicKeyDer });
    const message = new Uint8Array([1, 2, 3]);
    const { bytes } = await signer.sign(message);
    expect(verifySignature(keys[0]!.publicKeyDer, keys[0]!.alg, message, bytes)).toBe(true);
  });

  it('fails closed', () => {
    const folder = temporaryFolder();
    expect(() => trustedKeysFolder(path.join(folder, 'none'))).toThrow(refusal('KEY_MISSING', folder));
    expect(() => trustedKeysFolder(folder)).toThrow(refusal('KEY_MISSING', folder));
    const inside = path.join(folder, 'keys');
    mkdirSync(inside);
    createKeyFile(path.join(inside, 'a.pem'));
    expect(() => trustedKeysFolder(inside)).toThrow(refusal('KEY_INVALID', 'private key'));
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' });
    for (const [name, content] of [
      ['text', 'hello'],
      ['rsa', rsa],
    ] as const) {
      const other = path.join(folder, name);
      mkdirSync(other);
      writeFileSync(path.join(other, 'b.pem'), content);
      expect(() => trustedKeysFolder(other)).toThrow(refusal('KEY_INVALID', path.join(other, 'b.pem')));
    }
  });
});

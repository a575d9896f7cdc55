import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KmsSignerOptions, openKmsSigner } from '#shared/adapters/gcp/kms-signer.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { Signer } from '#shared/ports/signer.ts';
import { type KmsKey, type KmsStandIn, startKms } from '../../emulators/kms-server.ts';
import { signerLaws } from '../../laws/signer.ts';
import { realClock } from './real-clock.ts';

const RING = 'projects/p/locations/europe-west1/keyRings/release/cryptoKeys';
const keys = new Map<string, KmsKey>();
let kms: KmsStandIn;

beforeAll(async () => {
  kms = await startKms(keys);
});
beforeEach(() => {
  kms.faults.length = 0;
});
afterAll(() => kms.stop());

/** A signer of a new key version. */
async function freshSigner(algorithm: string, more: Partial<KmsSignerOptions> = {}): Promise<Signer> {
  const keyVersion = `${RING}/manifest/cryptoKeyVersions/${keys.size + 1}`;
  const isEd25519 = algorithm === 'EC_SIGN_ED25519';
  const { privateKey } = isEd25519 ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  keys.set(keyVersion, { algorithm, privateKey });
  return openSigner(keyVersion, more);
}

function openSigner(keyVersion: string, more: Partial<KmsSignerOptions> = {}): Promise<Signer> {
  const timing = { clock: realClock(), random: repeatableRandom('jitter'), limits: { firstPauseMs: 1, budgetMs: 2_000 } };
  return openKmsSigner({ keyVersion, apiEndpoint: kms.endpoint, ...timing, ...more });
}

signerLaws('openKmsSigner, EC_SIGN_ED25519', () => freshSigner('EC_SIGN_ED25519'));
signerLaws('openKmsSigner, EC_SIGN_P256_SHA256', () => freshSigner('EC_SIGN_P256_SHA256'));

describe('openKmsSigner', () => {
  it.each<[string, (answer: Record<string, unknown>) => void]>([
    ['a damaged signature', (answer) => Object.assign(answer, { signature: Buffer.alloc(64).toString('base64') })],
    ['a signature without checksum', (answer) => delete answer.signatureCrc32c],
    ['a message that the service did not check', (answer) => Object.assign(answer, { verifiedDataCrc32c: false })],
    ['another key version', (answer) => Object.assign(answer, { name: `${RING}/manifest/cryptoKeyVersions/999` })],
  ])('never hands on %s', async (_, spoil) => {
    const signer = await freshSigner('EC_SIGN_ED25519', { limits: { firstPauseMs: 1, budgetMs: 30 } });
    kms.faults.push(...Array.from({ length: 1000 }, () => spoil));
    await expect(signer.sign(utf8('message'))).rejects.toMatchObject({ code: 'SIGNING_FAILED', kind: 'transient' });
  });

  it('calls again while the service is busy', async () => {
    const signer = await freshSigner('EC_SIGN_P256_SHA256');
    kms.faults.push(429, 503);
    expect((await signer.sign(utf8('message'))).bytes.length).toBeGreaterThan(60);
    expect(kms.faults).toEqual([]);
  });

  it('gives up at once when the right to sign is missing', async () => {
    const signer = await freshSigner('EC_SIGN_ED25519');
    kms.faults.push(403);
    await expect(signer.sign(utf8('message'))).rejects.toMatchObject({ code: 'STORE_REFUSED', kind: 'terminal' });
  });

  it('refuses keys of other kinds and names that are no key version', async () => {
    await expect(freshSigner('EC_SIGN_P384_SHA384')).rejects.toMatchObject({ code: 'KEY_INVALID', kind: 'terminal' });
    await expect(openSigner(`${RING}/manifest`)).rejects.toMatchObject({ code: 'KEY_INVALID' });
    await expect(openSigner(`${RING}/none/cryptoKeyVersions/1`)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  });

  it('refuses a damaged public key', async () => {
    kms.faults.push(
      ...Array.from({ length: 1000 }, () => (answer: Record<string, unknown>) => Object.assign(answer, { pem: 'x' })),
    );
    const opened = freshSigner('EC_SIGN_ED25519', { limits: { budgetMs: 20, firstPauseMs: 1 } });
    await expect(opened).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
  });

  it('sends a token only when it is given one', async () => {
    await freshSigner('EC_SIGN_ED25519');
    expect(kms.tokens.at(-1)).toBeUndefined();
    await freshSigner('EC_SIGN_ED25519', { accessToken: async () => 'abc' });
    expect(kms.tokens.at(-1)).toBe('Bearer abc');
  });
});

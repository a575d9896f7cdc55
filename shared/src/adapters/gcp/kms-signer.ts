import { createHash, createPublicKey } from 'node:crypto';
import { crc32c } from '../../core/crc32c.ts';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { utf8 } from '../../core/text-bytes.ts';
import { verifySignature } from '../../core/verify-signature.ts';
import type { SignatureAlgorithm, Signer } from '../../ports/signer.ts';
import { type KmsCall, type KmsRestOptions, kmsRest, unusable } from './kms-rest.ts';

export interface KmsSignerOptions extends KmsRestOptions {
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N`: always one version, never "the primary". */
  readonly keyVersion: string;
}

/** What is sent to be signed and how its integrity is confirmed, by the service's name of the algorithm (release spec §8). */
const ALGORITHMS: ReadonlyMap<
  unknown,
  { readonly alg: SignatureAlgorithm; readonly request: (message: Uint8Array) => SignRequest }
> = new Map([
  ['EC_SIGN_ED25519', { alg: 'ed25519', request: wholeMessage }],
  ['EC_SIGN_P256_SHA256', { alg: 'ecdsa-p256-sha256', request: digestOnly }],
] as const);

interface SignRequest {
  readonly body: object;
  /** Field of the answer that says the service got what was sent. */
  readonly verifiedField: 'verifiedDataCrc32c' | 'verifiedDigestCrc32c';
}

/**
 * A Signer whose key lives in Cloud KMS. Opening reads the public key and makes the first call. Every answer is checked: the
 * service confirms the CRC32C of what it was sent, the CRC32C of what it sent fits, the key version is the asked one, and the
 * signature verifies with the public key. Errors: KEY_INVALID (another kind of key), STORE_REFUSED, SIGNING_FAILED (transient).
 */
export async function openKmsSigner(options: KmsSignerOptions): Promise<Signer> {
  const { keyVersion } = options;
  if (!/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+\/cryptoKeyVersions\/\d+$/.test(keyVersion)) {
    throw new LivepoolError('KEY_INVALID', 'terminal', `${JSON.stringify(keyVersion)} names no version of a Cloud KMS key`, {
      keyVersion,
    });
  }
  const call = kmsRest(options);
  const { pem, algorithm } = await readPublicKey(call, keyVersion);
  const known = ALGORITHMS.get(algorithm);
  if (known === undefined) {
    const message = `Cloud KMS key ${keyVersion} signs with ${String(algorithm)}; EC_SIGN_ED25519 or EC_SIGN_P256_SHA256 is needed`;
    throw new LivepoolError('KEY_INVALID', 'terminal', message, { keyVersion, algorithm });
  }
  const { alg, request } = known;
  const publicKeyDer = Uint8Array.from(createPublicKey(pem).export({ type: 'spki', format: 'der' }));
  const keyId = sha256Hex(publicKeyDer);
  return {
    alg,
    keyId,
    publicKeyDer,
    sign: async (message) => {
      const bytes = await signOnce(call, keyVersion, request(message));
      if (!verifySignature(publicKeyDer, alg, message, bytes)) throw unusable(keyVersion, 'the signature does not verify');
      return { alg, keyId, bytes };
    },
  };
}

/** Ed25519 signs the message itself. */
function wholeMessage(message: Uint8Array): SignRequest {
  const body = { data: Buffer.from(message).toString('base64'), dataCrc32c: String(crc32c(message)) };
  return { body, verifiedField: 'verifiedDataCrc32c' };
}

function digestOnly(message: Uint8Array): SignRequest {
  const digest = createHash('sha256').update(message).digest();
  const body = { digest: { sha256: digest.toString('base64') }, digestCrc32c: String(crc32c(digest)) };
  return { body, verifiedField: 'verifiedDigestCrc32c' };
}

async function readPublicKey(call: KmsCall, keyVersion: string): Promise<{ readonly pem: string; readonly algorithm: unknown }> {
  const { name, pem, pemCrc32c, algorithm } = await call('GET', `${keyVersion}/publicKey`);
  if (name !== keyVersion) throw unusable(keyVersion, 'the public key is of another version');
  if (typeof pem !== 'string' || pemCrc32c !== String(crc32c(utf8(pem)))) throw unusable(keyVersion, 'the public key is damaged');
  return { pem, algorithm };
}

async function signOnce(call: KmsCall, keyVersion: string, { body, verifiedField }: SignRequest): Promise<Uint8Array> {
  const answer = await call('POST', `${keyVersion}:asymmetricSign`, body);
  if (answer.name !== keyVersion) throw unusable(keyVersion, 'another key version answered');
  if (answer[verifiedField] !== true) throw unusable(keyVersion, 'the message was damaged on its way');
  const { signature, signatureCrc32c } = answer;
  const bytes = Uint8Array.from(Buffer.from(typeof signature === 'string' ? signature : '', 'base64'));
  if (bytes.length === 0 || signatureCrc32c !== String(crc32c(bytes))) throw unusable(keyVersion, 'the signature is damaged');
  return bytes;
}

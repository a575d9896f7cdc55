import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** Curve of the public key that each algorithm of release spec §8 needs. */
const KEY_FORM = {
  ed25519: { type: 'ed25519', curve: undefined, digest: null },
  'ecdsa-p256-sha256': { type: 'ec', curve: 'prime256v1', digest: 'sha256' },
} as const;

/**
 * True when `signature` over exactly these message bytes was made with the private half of the SPKI DER public key. A key of
 * another kind than `alg` names, an unknown algorithm, or bytes that are no key give false: nothing is accepted by accident.
 */
export function verifySignature(publicKeyDer: Uint8Array, alg: string, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isKnown(alg)) return false;
  const form = KEY_FORM[alg];
  try {
    const key = createPublicKey({ key: Buffer.from(publicKeyDer), format: 'der', type: 'spki' });
    return hasForm(key, form) && verify(form.digest, message, key, signature);
  } catch {
    return false;
  }
}

function isKnown(alg: string): alg is keyof typeof KEY_FORM {
  return Object.hasOwn(KEY_FORM, alg);
}

function hasForm(key: KeyObject, form: (typeof KEY_FORM)[keyof typeof KEY_FORM]): boolean {
  return key.asymmetricKeyType === form.type && key.asymmetricKeyDetails?.namedCurve === form.curve;
}

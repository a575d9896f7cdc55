import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { Signer } from '../../ports/signer.ts';

/** A Signer of one Ed25519 private key held in memory (release spec §8). Another kind of key is KEY_INVALID. */
export function ed25519Signer(privateKey: KeyObject): Signer {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new LivepoolError('KEY_INVALID', 'terminal', `an Ed25519 private key is needed, got ${describeKey(privateKey)}`);
  }
  const publicKeyDer = Uint8Array.from(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  const keyId = sha256Hex(publicKeyDer);
  return {
    alg: 'ed25519',
    keyId,
    publicKeyDer,
    sign: async (message) => ({ alg: 'ed25519', keyId, bytes: Uint8Array.from(sign(null, message, privateKey)) }),
  };
}

function describeKey(key: KeyObject): string {
  return `${key.type}${key.asymmetricKeyType === undefined ? '' : ` ${key.asymmetricKeyType}`}`;
}

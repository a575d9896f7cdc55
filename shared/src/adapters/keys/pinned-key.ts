import { createPublicKey, type KeyObject } from 'node:crypto';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { algorithmOf, type PinnedKey } from './trusted-keys.ts';

/** A key to trust from the base64 of its public half (SPKI DER), as settings carry it; anything else is KEY_INVALID. */
export function pinnedKey(spkiBase64: string): PinnedKey {
  const publicKeyDer = Uint8Array.from(Buffer.from(spkiBase64, 'base64'));
  const alg = algorithmOf(parse(publicKeyDer));
  if (alg === undefined) throw invalid('it is a key of another kind');
  return { keyId: sha256Hex(publicKeyDer), alg, publicKeyDer };
}

function parse(der: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch (cause) {
    throw invalid('it is no SPKI DER public key', cause);
  }
}

function invalid(fault: string, cause?: unknown): LivepoolError {
  const message = `a trusted key of the settings cannot be used: ${fault}; give the base64 of the SPKI DER public key`;
  return new LivepoolError('KEY_INVALID', 'terminal', message, {}, cause);
}

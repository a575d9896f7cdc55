import { createPrivateKey } from 'node:crypto';
import { invariant } from '../../core/errors.ts';
import type { Signer } from '../../ports/signer.ts';
import { ed25519Signer } from '../keys/ed25519-signer.ts';

/** DER of PKCS#8 in front of the 32 bytes of an Ed25519 seed (RFC 8410 §7). */
const PKCS8_PREFIX = '302e020100300506032b657004220420';

/** A Signer of the Ed25519 key with this secret seed (64 hex digits, RFC 8032 §5.1.5), for tests and known vectors. */
export function memorySigner(seedHex: string): Signer {
  invariant(/^[0-9a-f]{64}$/.test(seedHex), 'an Ed25519 seed has 64 lower-case hex digits');
  const der = Buffer.from(PKCS8_PREFIX + seedHex, 'hex');
  return ed25519Signer(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

import { createPublicKey, type KeyObject } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { SignatureAlgorithm } from '../../ports/signer.ts';
import { unlessAbsent } from '../fs/file-system.ts';
import { reading } from '../fs/folder-error.ts';

/** A public key that verifiers accept; `keyId` is the lower-case hex SHA-256 of `publicKeyDer` (SPKI). */
export interface PinnedKey {
  readonly keyId: string;
  readonly alg: SignatureAlgorithm;
  readonly publicKeyDer: Uint8Array;
}

/**
 * The public keys of every `.pem` file (SPKI) in a folder, by file name: the current key, the next one, the standby (release
 * spec §8). Fails closed: a missing folder or one without keys is KEY_MISSING; a file that holds anything but one public key of
 * a known kind, above all a private key, is KEY_INVALID.
 */
export function trustedKeysFolder(folder: string): readonly PinnedKey[] {
  const names = reading(folder, () => unlessAbsent(() => fs.readdirSync(folder))) ?? [];
  const files = names.filter((name) => name.endsWith('.pem')).sort();
  if (files.length === 0) {
    const message = `folder ${folder} holds no public key (*.pem): put the publisher's public key there`;
    throw new LivepoolError('KEY_MISSING', 'terminal', message, { path: folder });
  }
  return files.map((name) => readPublicKey(path.join(folder, name)));
}

function readPublicKey(file: string): PinnedKey {
  const pem = reading(file, () => fs.readFileSync(file, 'utf8'));
  // createPublicKey would derive the public half of a private key, and a private key must not lie among public ones.
  if (pem.includes('PRIVATE KEY')) throw invalid(file, 'holds a private key: move it away and make a new one');
  const key = parse(pem, file);
  const alg = algorithmOf(key);
  if (alg === undefined) throw invalid(file, `holds a key of another kind (${key.asymmetricKeyType})`);
  const publicKeyDer = Uint8Array.from(key.export({ type: 'spki', format: 'der' }));
  return { keyId: sha256Hex(publicKeyDer), alg, publicKeyDer };
}

function parse(pem: string, file: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw invalid(file, 'holds no SPKI PEM public key', cause);
  }
}

/** Algorithm of a public key that can sign releases, or undefined for any other key. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
  return undefined;
}

function invalid(file: string, fault: string, cause?: unknown): LivepoolError {
  return new LivepoolError('KEY_INVALID', 'terminal', `trusted key ${file} ${fault}`, { path: file }, cause);
}

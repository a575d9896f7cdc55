import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { changing } from '#shared/adapters/fs/folder-error.ts';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { createKeyFile, keyFileSigner, publicKeyPem } from '#shared/adapters/keys/key-file.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Signer } from '#shared/ports/signer.ts';

/** Folder of the public keys that readers of this environment pin. */
export function trustedFolder(keysFolder: string): string {
  return join(keysFolder, 'trusted');
}

export function signingKeyFile(keysFolder: string): string {
  return join(keysFolder, 'signing.pem');
}

/**
 * The signing key of this environment, made on first use. KEY_UNTRUSTED when its public half is not among the trusted keys: somebody
 * removed it, and putting it back is a decision (`livepool keys trust`).
 */
export function signingKey(keysFolder: string, note: (text: string) => void): Signer {
  const file = signingKeyFile(keysFolder);
  if (existsSync(file)) {
    const signer = keyFileSigner(file);
    requireTrusted(keysFolder, signer);
    return signer;
  }
  const { signer } = replaceSigningKey(keysFolder);
  note(`made a signing key: ${file} (key id ${signer.keyId.slice(0, 16)}…)`);
  return signer;
}

/**
 * Makes a new signing key; the former one is kept under its key id. The new one is trusted before it stands in its place, so that a
 * kill never leaves a signing key that readers refuse.
 */
export function replaceSigningKey(keysFolder: string): { readonly signer: Signer; readonly retired: string | null } {
  const file = signingKeyFile(keysFolder);
  const staged = join(keysFolder, 'signing.new.pem');
  const signer = existsSync(staged) ? keyFileSigner(staged) : createKeyFile(staged);
  trustPublicKey(keysFolder, signer);
  const retired = existsSync(file) ? file.replace(/\.pem$/, `.${keyFileSigner(file).keyId.slice(0, 16)}.pem`) : null;
  changing(file, () => {
    if (retired !== null) renameSync(file, retired);
    renameSync(staged, file);
  });
  return { signer, retired };
}

/** Puts a signer's public key where readers pin it; an existing file is the same key. */
export function trustPublicKey(keysFolder: string, signer: Signer): void {
  if (isTrusted(keysFolder, signer)) return;
  writeFolder(trustedFolder(keysFolder), new Map([[fileOf(signer), publicKeyPem(signer)]]));
}

/** Throws KEY_UNTRUSTED unless the public half of the key is pinned. */
export function requireTrusted(keysFolder: string, signer: Signer): void {
  if (isTrusted(keysFolder, signer)) return;
  const message = `the signing key ${signer.keyId} is not among the trusted keys in ${trustedFolder(keysFolder)}: readers refuse what it signs`;
  const remedy =
    'restore the folder from a copy and find out who removed the key; if the key is yours and safe: livepool keys trust';
  throw new LivepoolError('KEY_UNTRUSTED', 'terminal', message, { key_id: signer.keyId, remedy });
}

function isTrusted(keysFolder: string, signer: Signer): boolean {
  return existsSync(join(trustedFolder(keysFolder), fileOf(signer)));
}

function fileOf({ keyId }: Signer): string {
  return `${keyId}.pem`;
}

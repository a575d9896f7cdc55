import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
import type { Signer } from '../../ports/signer.ts';
import { errnoOf, unlessAbsent } from '../fs/file-system.ts';
import { changing, reading } from '../fs/folder-error.ts';
import { makeFolders } from '../fs/make-folders.ts';
import { ed25519Signer } from './ed25519-signer.ts';

/** Bits of a file's mode that let anyone but its owner in. */
const OTHERS = 0o077;

/** A key file is a few hundred bytes; anything larger is another file. */
const MAX_KEY_BYTES = 16_384;

/**
 * Makes a new Ed25519 key as PKCS#8 PEM, readable by its owner only, and returns its Signer. The file appears whole or not at
 * all and is never overwritten: KEY_EXISTS.
 */
export function createKeyFile(file: string): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  changing(file, () => makeFolders(fs, path.dirname(file), 0o700));
  const staged = `${file}.${randomUUID()}.tmp`;
  try {
    changing(file, () => fs.writeFileSync(staged, pem, { mode: 0o600, flag: 'wx', flush: true }));
    linkOnce(staged, file);
  } finally {
    fs.rmSync(staged, { force: true });
  }
  return ed25519Signer(privateKey);
}

/**
 * The Signer of a PKCS#8 PEM key file. KEY_MISSING when it is not there, KEY_EXPOSED when others may read it, KEY_INVALID when it
 * holds something else.
 */
export function keyFileSigner(file: string): Signer {
  try {
    return ed25519Signer(parsePrivateKey(readSecret(file), file));
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.code !== 'KEY_INVALID' || error.details.path !== undefined) throw error;
    throw new LivepoolError('KEY_INVALID', 'terminal', `key file ${file}: ${error.message}`, { path: file }, error);
  }
}

/** SPKI PEM of a signer's public key, for the folder of trusted keys. */
export function publicKeyPem(signer: Pick<Signer, 'publicKeyDer'>): string {
  const key = createPublicKey({ key: Buffer.from(signer.publicKeyDer), type: 'spki', format: 'der' });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** link(2) refuses an existing target, where a rename would replace it. */
function linkOnce(staged: string, file: string): void {
  changing(file, () => {
    try {
      fs.linkSync(staged, file);
    } catch (cause) {
      if (errnoOf(cause) !== 'EEXIST') throw cause;
      const message = `key file ${file} exists already and is never overwritten: choose another name or move it away`;
      throw new LivepoolError('KEY_EXISTS', 'terminal', message, { path: file }, cause);
    }
  });
}

function readSecret(file: string): string {
  const fd = reading(file, () => unlessAbsent(() => fs.openSync(file, 'r')));
  if (fd === null) {
    const message = `key file ${file} does not exist: make one with "livepool keys", or name the file of an existing key`;
    throw new LivepoolError('KEY_MISSING', 'terminal', message, { path: file });
  }
  try {
    const stat = fs.fstatSync(fd);
    // Windows has no such bits; its files belong to the profile of their user.
    if (process.platform !== 'win32' && (stat.mode & OTHERS) !== 0) throw exposed(file, stat.mode);
    if (!stat.isFile() || stat.size > MAX_KEY_BYTES) throw invalidKeyFile(file);
    return fs.readFileSync(fd, 'utf8');
  } finally {
    fs.closeSync(fd);
  }
}

function parsePrivateKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause could quote the secret; the message says enough.
    throw invalidKeyFile(file);
  }
}

function exposed(file: string, mode: number): LivepoolError {
  const bits = (mode & 0o777).toString(8).padStart(3, '0');
  const message = `key file ${file} has mode ${bits}, others may read it: chmod 600 it, and make a new key if anyone could have`;
  return new LivepoolError('KEY_EXPOSED', 'terminal', message, { path: file, mode: bits });
}

function invalidKeyFile(file: string): LivepoolError {
  const message = `key file ${file} holds no unencrypted PKCS#8 PEM private key: restore it from a copy or make a new one`;
  return new LivepoolError('KEY_INVALID', 'terminal', message, { path: file });
}

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LivepoolError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { makeLocalFolder } from '../fs/make-folders.ts';

const KEY = /^[0-9a-f]{64}$/;

/**
 * The key that commands of operators are signed with, made on first use: a file of its own, readable by its owner alone. KEY_EXPOSED
 * when others may read it, KEY_INVALID for something else.
 */
export function operatorKeyFile(file: string): Secret {
  if (!existsSync(file)) create(file);
  return readOperatorKey(file);
}

/** The same where it must be there already: KEY_MISSING. */
export function readOperatorKey(file: string): Secret {
  if (!existsSync(file)) {
    throw new LivepoolError(
      'KEY_MISSING',
      'terminal',
      `there is no operator key at ${file}; the worker makes it on its first start`,
      { file },
    );
  }
  const isExposed = process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
  if (isExposed) throw new LivepoolError('KEY_EXPOSED', 'terminal', `others may read ${file}; chmod 600 it`, { file });
  const text = readFileSync(file, 'utf8').trim();
  if (!KEY.test(text)) throw new LivepoolError('KEY_INVALID', 'terminal', `${file} holds no key of 64 hex digits`, { file });
  return new Secret(text);
}

/** `wx`: of two processes that start at once only one makes it, and both use that one. */
function create(file: string): void {
  makeLocalFolder(dirname(file));
  try {
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

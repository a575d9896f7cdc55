import { LivepoolError } from '../../core/errors.ts';
import { errnoOf } from './file-system.ts';

const NOT_ALLOWED = new Set(['EROFS', 'EACCES', 'EPERM']);
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NAME_TAKEN = new Set(['EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'ENAMETOOLONG']);

/** Runs file operations that change a folder; a failed one becomes a LivepoolError that names `path` and the remedy. */
export function changing<T>(path: string, run: () => T): T {
  return translated(run, (code, cause) => {
    if (NOT_ALLOWED.has(code)) {
      const message = `cannot write ${path} (${code}): make the folder writable for this user or choose another`;
      return new LivepoolError('STORE_READ_ONLY', 'terminal', message, { path }, cause);
    }
    if (NO_SPACE.has(code)) {
      const message = `cannot write ${path} (${code}): the disk or quota is full; free some space and run the same command again`;
      return new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { path }, cause);
    }
    if (NAME_TAKEN.has(code)) {
      const message = `cannot write ${path} (${code}): in a folder an object and a prefix of other objects cannot share a name`;
      return new LivepoolError('OBJECT_NAME_INVALID', 'terminal', message, { path }, cause);
    }
    return unavailable('write', path, code, cause);
  });
}

/** Runs file operations that only read; a failed one becomes STORE_UNAVAILABLE with `path`. */
export function reading<T>(path: string, run: () => T): T {
  return translated(run, (code, cause) => unavailable('read', path, code, cause));
}

function translated<T>(run: () => T, translate: (code: string, cause: unknown) => LivepoolError): T {
  try {
    return run();
  } catch (error) {
    const code = errnoOf(error);
    throw code === undefined ? error : translate(code, error);
  }
}

function unavailable(action: string, path: string, code: string, cause: unknown): LivepoolError {
  const remedy = NOT_ALLOWED.has(code) ? 'give this user the right to' : 'check the disk, then run the same command again to';
  const message = `cannot ${action} ${path} (${code}): ${remedy} ${action} it`;
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { path }, cause);
}

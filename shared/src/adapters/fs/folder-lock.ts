import { DatabaseSync } from 'node:sqlite';
import { LivepoolError } from '../../core/errors.ts';
import { isBusy, withSqliteErrors } from '../sqlite/sqlite-error.ts';
import type { FileSystem } from './file-system.ts';

/** How long a writer waits for another one. A write takes milliseconds, so a longer wait means a stopped process. */
const WAIT_MS = 10_000;

/**
 * Runs `write` while this process alone holds the lock file. The lock is the operating system's (Node reaches it through
 * SQLite's reserved lock, nothing is stored), so it ends with its process: there is no stale lock to recover after a kill.
 * STORE_UNAVAILABLE after ten seconds.
 */
export function withFolderLock<T>(fs: FileSystem, lockFile: string, write: () => T): T {
  // SQLite says only "unable to open"; this call fails with the reason.
  fs.closeSync(fs.openSync(lockFile, 'a'));
  const lock = withSqliteErrors(lockFile, () => new DatabaseSync(lockFile, { timeout: WAIT_MS }));
  try {
    acquire(lock, lockFile);
    return write();
  } finally {
    lock.close();
  }
}

function acquire(lock: DatabaseSync, lockFile: string): void {
  try {
    withSqliteErrors(lockFile, () => lock.exec('BEGIN IMMEDIATE'));
  } catch (cause) {
    if (!(cause instanceof LivepoolError) || !isBusy(cause.cause)) throw cause;
    const message = `another process has held ${lockFile} for ${WAIT_MS / 1000} s: let it finish or end it, then run again`;
    throw new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { path: lockFile }, cause);
  }
}

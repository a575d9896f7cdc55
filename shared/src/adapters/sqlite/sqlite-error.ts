import { LivepoolError } from '../../core/errors.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const RESULT = { perm: 3, busy: 5, readOnly: 8, corrupt: 11, full: 13, cantOpen: 14, notADatabase: 26 } as const;

/** Runs database calls; a failed one becomes a LivepoolError that names the file and the remedy. */
export function withSqliteErrors<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const code = resultCode(error);
    throw code === undefined ? error : storeError(file, code, error as Error);
  }
}

/** True when another connection held the database for longer than the busy timeout. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === RESULT.busy;
}

/** True when the database's folder refuses the files that reading needs beside it. */
export function isFolderReadOnly(error: unknown): boolean {
  const code = resultCode(error);
  return code === RESULT.readOnly || code === RESULT.cantOpen || code === RESULT.perm;
}

/** True when the disk had no room; SQLite has then taken the whole transaction back. */
export function isDiskFull(error: unknown): boolean {
  return resultCode(error) === RESULT.full;
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

function storeError(file: string, code: number, cause: Error): LivepoolError {
  const fail = (errorCode: string, kind: 'transient' | 'terminal', remedy: string): LivepoolError =>
    new LivepoolError(errorCode, kind, `database ${file}: ${cause.message}: ${remedy}`, { path: file, sqliteCode: code }, cause);
  switch (code) {
    case RESULT.perm:
    case RESULT.readOnly:
      return fail('STORE_READ_ONLY', 'terminal', 'make the file and its folder writable for this user or choose another');
    case RESULT.corrupt:
    case RESULT.notADatabase:
      return fail('STORE_CORRUPT', 'terminal', 'restore it from a copy, or choose another file');
    case RESULT.full:
      return fail('STORE_UNAVAILABLE', 'transient', 'free some space on the disk and run the same command again');
    case RESULT.cantOpen:
      return fail('STORE_UNAVAILABLE', 'transient', 'check that its folder exists and that this user may write there');
    default:
      return fail('STORE_UNAVAILABLE', 'transient', 'run the same command again');
  }
}

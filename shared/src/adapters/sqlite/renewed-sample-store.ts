import { renameSync } from 'node:fs';
import { LivepoolError } from '../../core/errors.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import { unlessAbsent } from '../fs/file-system.ts';
import { type SqliteSampleStore, sqliteSampleStore } from './sample-store.ts';

export interface RenewedSampleStoreOptions {
  readonly file: string;
  /** For the name of what was put aside. */
  readonly nowMs: () => number;
  /** Told of every file that was put aside, and what was wrong with it. */
  readonly onRenewed: (aside: string, cause: LivepoolError) => void;
}

/** Files of one database: SQLite takes the log of another one for its own. */
const SUFFIXES = ['', '-wal', '-shm'];

/**
 * The SampleStore of a process that must go on: a damaged file is put aside as `<file>.corrupt-<ms>`, another one is begun, and what was
 * asked for is done with that. Errors: those of `sqliteSampleStore`; STORE_CORRUPT only where the file cannot be put aside.
 */
export function renewedSampleStore(options: RenewedSampleStoreOptions): SqliteSampleStore {
  let store = opened(options);
  const renewing = async <T>(work: (store: SampleStore) => Promise<T>): Promise<T> => {
    const asked = store;
    try {
      return await work(asked);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      // Others may have met the same damage meanwhile.
      if (store === asked) {
        asked.close();
        store = begunAnew(options, error);
      }
      return work(store);
    }
  };
  return {
    append: (samples, bars) => renewing((current) => current.append(samples, bars)),
    samples: (query) => renewing((current) => current.samples(query)),
    bars: (range) => renewing((current) => current.bars(range)),
    putHealth: (rows) => renewing((current) => current.putHealth(rows)),
    health: () => renewing((current) => current.health()),
    prune: (retention) => renewing((current) => current.prune(retention)),
    status: () => renewing((current) => current.status()),
    close: () => store.close(),
  };
}

function opened(options: RenewedSampleStoreOptions): SqliteSampleStore {
  try {
    return sqliteSampleStore({ file: options.file });
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return begunAnew(options, error);
  }
}

function begunAnew({ file, nowMs, onRenewed }: RenewedSampleStoreOptions, cause: LivepoolError): SqliteSampleStore {
  const aside = `${file}.corrupt-${nowMs()}`;
  try {
    for (const suffix of SUFFIXES) unlessAbsent(() => renameSync(`${file}${suffix}`, `${aside}${suffix}`));
  } catch {
    throw cause;
  }
  const store = sqliteSampleStore({ file });
  onRenewed(aside, cause);
  return store;
}

function isCorrupt(error: unknown): error is LivepoolError {
  return error instanceof LivepoolError && error.code === 'STORE_CORRUPT';
}

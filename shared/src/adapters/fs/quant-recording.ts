import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, createGzip, type Gzip, gunzipSync } from 'node:zlib';
import { LivepoolError } from '../../core/errors.ts';
import type { QuantRecorder } from '../../ports/quant-recorder.ts';
import { makeLocalFolder } from './make-folders.ts';

/** Bytes that may wait for the disk. */
const MOST_PENDING_BYTES = 32 * 1024 * 1024;

export interface FolderQuantRecorder extends QuantRecorder {
  /** Lines that the disk did not take. */
  readonly lost: () => number;
  /** Ends the file; resolves when it is on the disk, whatever became of it. */
  close(): Promise<void>;
}

interface OpenFile {
  readonly gzip: Gzip;
  readonly done: Promise<void>;
  hasFailed: boolean;
  lost: number;
}

/**
 * Recordings of the engine's input in a folder, `quant-<start>-<run>.ndjson.gz`. What the disk does not take in time is lost, and
 * the file says so where it goes on.
 */
export function folderQuantRecorder({ folder, run }: { readonly folder: string; readonly run: string }): FolderQuantRecorder {
  const closing = new Set<Promise<void>>();
  let file: OpenFile | null = null;
  let lost = 0;
  const end = (): void => {
    if (file === null) return;
    const { gzip, done } = file;
    gzip.end();
    closing.add(done);
    void done.then(() => closing.delete(done));
    file = null;
  };
  const write = (text: string): void => {
    if (file === null) return;
    if (file.hasFailed || file.gzip.writableLength > MOST_PENDING_BYTES) {
      file.lost += 1;
      lost += 1;
      return;
    }
    if (file.lost > 0) file.gzip.write(`${JSON.stringify({ t: 'gap', lost: file.lost })}\n`);
    file.lost = 0;
    file.gzip.write(`${text}\n`);
  };
  return {
    begin: (atMs, line) => {
      end();
      file = openFile(folder, `quant-${nameOf(atMs)}-${run}.ndjson.gz`);
      write(line);
    },
    line: write,
    lost: () => lost,
    close: async () => {
      end();
      await Promise.all(closing);
    },
  };
}

/** Lines of a recording, also of one that was cut off: the last line counts only when it is whole. INPUT_INVALID when it is none. */
export function readQuantRecording(path: string): readonly string[] {
  try {
    const bytes = gunzipSync(readFileSync(path), { finishFlush: constants.Z_SYNC_FLUSH });
    return bytes.toString('utf8').split('\n').slice(0, -1);
  } catch (cause) {
    const message = `${path} cannot be read as a recording: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LivepoolError('INPUT_INVALID', 'terminal', message, { path }, cause);
  }
}

function openFile(folder: string, name: string): OpenFile {
  const gzip = createGzip();
  const { promise, resolve } = Promise.withResolvers<void>();
  const file: OpenFile = { gzip, done: promise, hasFailed: false, lost: 0 };
  const fail = (): void => {
    file.hasFailed = true;
    gzip.destroy();
    resolve();
  };
  try {
    makeLocalFolder(folder);
    const disk = createWriteStream(join(folder, name), { flags: 'wx' });
    gzip.on('error', fail);
    disk.on('error', fail).on('close', resolve);
    gzip.pipe(disk);
  } catch {
    fail();
  }
  return file;
}

function nameOf(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]/g, '').replace('.', '_');
}

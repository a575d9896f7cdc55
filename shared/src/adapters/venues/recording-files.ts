import fs from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf } from '../fs/file-system.ts';

/** The file operations of a recorder: an argument, so that tests can have a disk that fills up and has room again. */
export interface RecordingFiles {
  /** Creates the file; throws what the system throws, EEXIST where it is there. */
  create(path: string): number;
  /** Writes all of it from that position on. */
  write(fd: number, bytes: Uint8Array, position: number): Promise<void>;
  truncate(fd: number, length: number): Promise<void>;
  close(fd: number): Promise<void>;
  remove(path: string): void;
}

const write = promisify(fs.write);

export const nodeRecordingFiles: RecordingFiles = {
  create: (path) => fs.openSync(path, 'wx'),
  write: async (fd, bytes, position) => {
    let done = 0;
    while (done < bytes.length) done += (await write(fd, bytes, done, bytes.length - done, position + done)).bytesWritten;
  },
  truncate: promisify(fs.ftruncate),
  close: promisify(fs.close),
  remove: (path) => fs.rmSync(path, { force: true }),
};

/** True for a failure that is over when somebody makes room: nothing is wrong with the file. */
export function isForRoom(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

import { type FileSystem, nodeFileSystem } from '#shared/adapters/fs/file-system.ts';
import { CrashError } from './fault-wire.ts';

/** What happens at one file operation: the process ends before it (a write: in its middle), or it fails with an errno. */
export type FileFault = { readonly kind: 'crash' } | { readonly kind: 'errno'; readonly code: string };

export interface FaultyFileSystem extends FileSystem {
  /** Operations asked for so far. */
  operations(): number;
}

/** The real file system, with one fault at operation `at` (zero-based). After a crash nothing has any effect any more. */
export function faultyFileSystem(at: number, fault: FileFault): FaultyFileSystem {
  let count = 0;
  let dead = false;
  const step = (name: string, half: () => void = () => undefined): void => {
    if (dead) throw new CrashError(name);
    if (count++ !== at) return;
    half();
    if (fault.kind === 'errno')
      throw Object.assign(new Error(`${fault.code}: injected, ${name}`), { code: fault.code, syscall: name });
    dead = true;
    throw new CrashError(name);
  };
  const before =
    <A extends unknown[], R>(name: string, operation: (...args: A) => R) =>
    (...args: A): R => {
      step(name);
      return operation(...args);
    };
  const fs = nodeFileSystem;
  return {
    operations: () => count,
    // A dead process's files are closed for it.
    closeSync: fs.closeSync,
    fstatSync: before('fstat', fs.fstatSync) as FileSystem['fstatSync'],
    fsyncSync: before('fsync', fs.fsyncSync),
    mkdirSync: before('mkdir', fs.mkdirSync) as FileSystem['mkdirSync'],
    openSync: before('open', fs.openSync),
    readSync: before('read', fs.readSync as (...args: unknown[]) => number) as FileSystem['readSync'],
    readdirSync: before('scandir', fs.readdirSync as (...args: unknown[]) => unknown) as FileSystem['readdirSync'],
    renameSync: before('rename', fs.renameSync),
    rmdirSync: before('rmdir', fs.rmdirSync),
    unlinkSync: before('unlink', fs.unlinkSync),
    writeSync: ((fd: number, bytes: Uint8Array, offset: number) => {
      step('write', () => fs.writeSync(fd, bytes, offset, Math.floor((bytes.byteLength - offset) / 2)));
      return fs.writeSync(fd, bytes, offset);
    }) as FileSystem['writeSync'],
  };
}

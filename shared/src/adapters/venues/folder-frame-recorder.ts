import { createHash, type Hash } from 'node:crypto';
import { createWriteStream, openSync, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip, type Gzip } from 'node:zlib';
import { frameLineText, gapLineText, headerLineText } from '../../market/recording/frame-line.ts';
import type { FrameRecorder, RawLine } from '../../ports/frame-recorder.ts';
import { makeLocalFolder } from '../fs/make-folders.ts';

export interface FolderRecorderOptions {
  readonly folder: string;
  /** Name of this run in file names: two runs never write to one file. */
  readonly run: string;
  /** What every file's header says: software, policy profile, clock offset (market data spec §9). */
  readonly header: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>);
  /** Told of every file that is complete. */
  readonly onFile?: (file: RecordedFile) => void;
  /** Bytes that may wait for the disk over all files. */
  readonly mostPendingBytes?: number;
}

/** A file that is complete, and its index. */
export interface RecordedFile {
  readonly path: string;
  readonly lines: number;
  readonly first_ts_ns: string;
  readonly last_ts_ns: string;
  readonly gaps: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the recorder did since its start. */
export interface RecorderCounters {
  lines: number;
  dropped: number;
  files: number;
  failures: number;
  /** Time of the newest line that was dropped, ms; null while nothing was. */
  lostMs: number | null;
}

const MOST_PENDING_BYTES = 64 * 1024 * 1024;
const HOUR_MS = 3_600_000;
/** Parts of one connection and hour; more than a connection can be opened anew in an hour. */
const MOST_PARTS = 10_000;

interface OpenFile {
  readonly hour: number;
  /** 1, unless the name of the connection came back within the hour. */
  readonly part: number;
  readonly path: string;
  readonly gzip: Gzip;
  readonly disk: WriteStream;
  readonly hash: Hash;
  readonly done: Promise<void>;
  lines: number;
  bytes: number;
  gaps: number;
  dropped: number;
  firstMs: number;
  lastMs: number;
  hasFailed: boolean;
}

/**
 * Recordings in a folder, one gzip NDJSON file per connection and hour, `dt=…/hour=…/<connection>-<run>.ndjson.gz`, each with an
 * index beside it once it is closed. A connection whose name or hour comes back has another part of the file, `….2.ndjson.gz`. It
 * never waits and never fails: what the disk does not take is dropped and marked.
 */
export class FolderFrameRecorder implements FrameRecorder {
  readonly counters: RecorderCounters = { lines: 0, dropped: 0, files: 0, failures: 0, lostMs: null };
  readonly #options: FolderRecorderOptions;
  readonly #open = new Map<string, OpenFile>();
  readonly #closing = new Set<Promise<void>>();
  readonly #connects = new Map<string, RawLine>();
  /** Lines by connection that no file could be had for. */
  readonly #homeless = new Map<string, number>();

  constructor(options: FolderRecorderOptions) {
    this.#options = options;
  }

  record(line: RawLine): string | null {
    if (line.kind === 'connect') this.#connects.set(line.connection, line);
    const file = this.#fileOf(line);
    if (file === null || file.hasFailed || this.#pendingBytes() > (this.#options.mostPendingBytes ?? MOST_PENDING_BYTES)) {
      this.counters.dropped += 1;
      this.counters.lostMs = line.tsMs;
      if (file !== null) file.dropped += 1;
      else this.#homeless.set(line.connection, (this.#homeless.get(line.connection) ?? 0) + 1);
      return null;
    }
    if (file.dropped > 0) this.#markGap(file, line);
    this.#write(file, frameLineText(line), line.tsMs);
    const name = recordedName(line.connection, file.hour, file.part, file.lines);
    if (line.kind === 'close') this.#end(line.connection);
    return name;
  }

  /** A connection that ends says so as its last line; a poll's never does. */
  #end(connection: string): void {
    this.#close(connection);
    this.#connects.delete(connection);
  }

  /** Ends every file; resolves when all is on the disk. */
  async close(): Promise<void> {
    for (const connection of this.#open.keys()) this.#close(connection);
    await Promise.all(this.#closing);
  }

  #fileOf({ connection, tsMs }: RawLine): OpenFile | null {
    const hour = Math.floor(tsMs / HOUR_MS);
    const open = this.#open.get(connection);
    if (open?.hour === hour) return open;
    if (open !== undefined) this.#close(connection);
    const file = this.#create(connection, hour);
    if (file !== null) this.#open.set(connection, file);
    return file;
  }

  #create(connection: string, hour: number): OpenFile | null {
    const { folder, run, header } = this.#options;
    const stamp = new Date(hour * HOUR_MS).toISOString();
    const parent = join(folder, `dt=${stamp.slice(0, 10)}`, `hour=${stamp.slice(11, 13)}`);
    try {
      makeLocalFolder(parent);
    } catch {
      this.counters.failures += 1;
      return null;
    }
    const free = freePart(join(parent, `${connection}-${run}`));
    if (free === null) {
      this.counters.failures += 1;
      return null;
    }
    const file = openFile(free, hour);
    file.dropped = this.#homeless.get(connection) ?? 0;
    this.#homeless.delete(connection);
    file.disk.on('error', () => this.#failed(file));
    file.gzip.on('error', () => this.#failed(file));
    this.counters.files += 1;
    const connect = this.#connects.get(connection);
    const about = { ...(typeof header === 'function' ? header() : header), url: connect?.url, subscriptions: connect?.note };
    this.#write(file, headerLineText(connection, hour * HOUR_MS, about), hour * HOUR_MS);
    return file;
  }

  #markGap(file: OpenFile, { connection, tsMs }: RawLine): void {
    file.gaps += 1;
    const { dropped } = file;
    file.dropped = 0;
    this.#write(file, gapLineText(connection, tsMs, dropped), tsMs);
  }

  #write(file: OpenFile, text: string, tsMs: number): void {
    if (file.lines === 1) file.firstMs = tsMs;
    file.lines += 1;
    file.lastMs = tsMs;
    this.counters.lines += 1;
    file.gzip.write(`${text}\n`);
  }

  #pendingBytes(): number {
    let sum = 0;
    for (const { gzip, disk } of this.#open.values()) sum += gzip.writableLength + gzip.readableLength + disk.writableLength;
    return sum;
  }

  #failed(file: OpenFile): void {
    if (!file.hasFailed) this.counters.failures += 1;
    file.hasFailed = true;
  }

  #close(connection: string): void {
    const file = this.#open.get(connection);
    if (file === undefined) return;
    this.#open.delete(connection);
    file.gzip.end();
    const closing = file.done.then(() => this.#index(file)).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Create-only, like the file it describes. */
  #index(file: OpenFile): void {
    if (file.hasFailed) return;
    const { lines, gaps, dropped, bytes } = file;
    const times = { first_ts_ns: `${file.firstMs}000000`, last_ts_ns: `${file.lastMs}000000` };
    const index = { lines, ...times, gaps: gaps + (dropped > 0 ? 1 : 0), bytes, sha256: file.hash.digest('hex') };
    try {
      writeFileSync(frameIndexPath(file.path), `${JSON.stringify(index)}\n`, { flag: 'wx' });
      this.#options.onFile?.({ path: file.path, ...index });
    } catch {
      this.#failed(file);
    }
  }
}

/** Where the index of a recorded file is. */
export function frameIndexPath(path: string): string {
  return path.replace(/\.ndjson\.gz$/, '.index.json');
}

/** Name of a line for `raw_ref`; what a file's first part holds needs no part in it. */
export function recordedName(connection: string, hour: number, part: number, line: number): string {
  return `${connection}#${hour}.${part === 1 ? '' : `${part}.`}${line}`;
}

interface NewFile {
  readonly path: string;
  readonly part: number;
  readonly fd: number;
}

/** Creates the first part that is not there yet, whoever wrote the others; null where nothing can be written. */
function freePart(stem: string): NewFile | null {
  for (let part = 1; part <= MOST_PARTS; part++) {
    const path = `${stem}${part === 1 ? '' : `.${part}`}.ndjson.gz`;
    try {
      return { path, part, fd: openSync(path, 'wx') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return null;
    }
  }
  return null;
}

function openFile({ path, part, fd }: NewFile, hour: number): OpenFile {
  const gzip = createGzip({ level: 6 });
  const disk = createWriteStream(path, { fd });
  const hash = createHash('sha256');
  const done = new Promise<void>((resolve) => {
    disk.on('close', resolve);
  });
  const counts = { lines: 0, bytes: 0, gaps: 0, dropped: 0, firstMs: hour * HOUR_MS, lastMs: hour * HOUR_MS };
  const file: OpenFile = { hour, part, path, gzip, disk, hash, done, ...counts, hasFailed: false };
  gzip.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    file.bytes += chunk.length;
  });
  gzip.pipe(disk);
  return file;
}

import { join } from 'node:path';
import { frameLineText, gapLineText, headerLineText } from '../../market/recording/frame-line.ts';
import type { FrameRecorder, RawLine } from '../../ports/frame-recorder.ts';
import { errnoOf } from '../fs/file-system.ts';
import { makeLocalFolder } from '../fs/make-folders.ts';
import { FrameFile, type RecordedFile } from './frame-file.ts';
import { nodeRecordingFiles, type RecordingFiles } from './recording-files.ts';

export type { RecordedFile } from './frame-file.ts';

export interface FolderRecorderOptions {
  readonly folder: string;
  /** Name of this run in file names: two runs never write to one file. */
  readonly run: string;
  /** What every file's header says: software, policy profile, clock offset (market data spec §9). */
  readonly header: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>);
  /** Told of every file that is complete. */
  readonly onFile?: (file: RecordedFile) => void;
  /** Characters that may wait for the disk over all files. */
  readonly mostPendingBytes?: number;
  /** How long a line may wait before it is written: what a killed process loses. */
  readonly flushEveryMs?: number;
  /** Pause after a failed write before the next one. */
  readonly retryAfterMs?: number;
  readonly files?: RecordingFiles;
}

/** What the recorder did since its start. */
export interface RecorderCounters {
  lines: number;
  dropped: number;
  files: number;
  /** Files that were given up, that could not be created, or whose index could not be written. */
  failures: number;
  /** Time of the newest line that was dropped, ms; null while nothing was. */
  lostMs: number | null;
}

const MOST_PENDING_BYTES = 64 * 1024 * 1024;
const FLUSH_EVERY_MS = 2_000;
const RETRY_AFTER_MS = 2_000;
/** Characters of one file that wait for no pause. */
const FLUSH_LENGTH = 256 * 1024;
const HOUR_MS = 3_600_000;
/** Parts of one connection and hour; more than a connection can be opened anew in an hour. */
const MOST_PARTS = 10_000;

/** The file that the lines of a connection go to. */
interface OpenFile {
  readonly hour: number;
  /** 1, unless the name of the connection came back within the hour or an earlier part was given up. */
  readonly part: number;
  readonly file: FrameFile;
  readonly path: string;
}

/** What no file of a connection says yet. */
interface Loss {
  lines: number;
  tsMs: number;
}

/** A connection whose file was given up: when another is begun, and after which one. */
interface Pause {
  readonly untilMs: number;
  readonly hour: number;
  readonly part: number;
}

/**
 * Recordings in a folder, one gzip NDJSON file per connection and hour, `dt=…/hour=…/<connection>-<run>.ndjson.gz`, each with an
 * index beside it once it is closed. What was recorded is on the disk two seconds later, and can be read though the file has no end yet.
 * A connection whose name or hour comes back, or whose file could not be written on, has another part of the file, `….2.ndjson.gz`. It
 * never waits and never fails: lines wait for a full disk as long as there is room for them, and what is dropped is marked.
 */
export class FolderFrameRecorder implements FrameRecorder {
  readonly counters: RecorderCounters = { lines: 0, dropped: 0, files: 0, failures: 0, lostMs: null };
  readonly #options: FolderRecorderOptions;
  readonly #open = new Map<string, OpenFile>();
  /** Everything that is not on the disk whole. */
  readonly #unfinished = new Set<FrameFile>();
  readonly #closing = new Set<Promise<void>>();
  readonly #connects = new Map<string, RawLine>();
  readonly #losses = new Map<string, Loss>();
  readonly #pauses = new Map<string, Pause>();
  readonly #hurry = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FolderRecorderOptions) {
    this.#options = options;
  }

  record(line: RawLine): string | null {
    if (line.kind === 'connect') this.#connects.set(line.connection, line);
    const open = this.#pendingBytes() > (this.#options.mostPendingBytes ?? MOST_PENDING_BYTES) ? null : this.#fileOf(line);
    const name = open === null ? null : this.#write(open, line);
    if (name === null) this.#lose(line.connection, 1, 0, line.tsMs);
    if (line.kind === 'close') this.#end(line.connection);
    return name;
  }

  /** The disk has no room for what waits. */
  get isStalled(): boolean {
    return [...this.#unfinished].some(({ isStalled }) => isStalled);
  }

  /** Ends every file; resolves when all is on the disk that it takes at once. */
  async close(): Promise<void> {
    this.#hurry.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const connection of this.#open.keys()) this.#close(connection);
    await Promise.all(this.#closing);
    this.#pauses.clear();
    // Whoever has no line any more that its loss could be told before.
    for (const [connection, { tsMs }] of this.#losses) if (this.#fileOf({ connection, tsMs }) !== null) this.#close(connection);
    await Promise.all(this.#closing);
  }

  #write({ file, hour, part }: OpenFile, line: RawLine): string {
    this.#markGap(file, line.connection, line.tsMs);
    const number = file.add({ text: frameLineText(line), tsMs: line.tsMs, kind: 'frame' });
    this.counters.lines += 1;
    if (file.pending > FLUSH_LENGTH) this.#save(line.connection, file);
    this.#timer ??= setTimeout(() => this.#flush(), this.#options.flushEveryMs ?? FLUSH_EVERY_MS).unref();
    return recordedName(line.connection, hour, part, number);
  }

  #flush(): void {
    this.#timer = null;
    for (const [connection, { file }] of this.#open) this.#save(connection, file);
  }

  /** Writes what waits; a file that is given up is ended at once, and its lines are told in the next part. */
  #save(connection: string, file: FrameFile): void {
    void file.flush().then(() => {
      if (file.hasFailed && this.#open.get(connection)?.file === file) this.#close(connection);
    });
  }

  #markGap(file: FrameFile, connection: string, tsMs: number): void {
    const dropped = this.#losses.get(connection)?.lines ?? 0;
    if (dropped === 0) return;
    this.#losses.delete(connection);
    file.add({ text: gapLineText(connection, tsMs, dropped), tsMs, kind: 'gap', dropped });
    this.counters.lines += 1;
  }

  /** Lines that are in no file: those of now, and those that a marker stood for that is in none either. */
  #lose(connection: string, frames: number, marked: number, tsMs: number): void {
    const loss = this.#losses.get(connection);
    this.#losses.set(connection, { lines: (loss?.lines ?? 0) + frames + marked, tsMs });
    this.counters.dropped += frames;
    if (frames > 0) this.counters.lostMs = tsMs;
  }

  #loseRest(connection: string, file: FrameFile): void {
    const { frames, marked, tsMs } = file.takeLost();
    if (frames + marked > 0) this.#lose(connection, frames, marked, tsMs);
  }

  /** A connection that ends says so as its last line; a poll's never does. */
  #end(connection: string): void {
    this.#close(connection);
    this.#connects.delete(connection);
  }

  #fileOf({ connection, tsMs }: Pick<RawLine, 'connection' | 'tsMs'>): OpenFile | null {
    const hour = Math.floor(tsMs / HOUR_MS);
    const open = this.#open.get(connection);
    if (open?.hour === hour && !open.file.hasFailed) return open;
    if (open !== undefined) this.#close(connection);
    const created = this.#create(connection, hour);
    if (created !== null) this.#open.set(connection, created);
    return created;
  }

  #create(connection: string, hour: number): OpenFile | null {
    const pause = this.#pauses.get(connection);
    if (pause !== undefined && performance.now() < pause.untilMs) return null;
    const { folder, run, header, retryAfterMs = RETRY_AFTER_MS, files = nodeRecordingFiles } = this.#options;
    const stamp = new Date(hour * HOUR_MS).toISOString();
    const parent = join(folder, `dt=${stamp.slice(0, 10)}`, `hour=${stamp.slice(11, 13)}`);
    const free = freePart(files, parent, `${connection}-${run}`, pause?.hour === hour ? pause.part + 1 : 1);
    if (free === null) {
      this.counters.failures += 1;
      return null;
    }
    this.counters.files += 1;
    const file = new FrameFile({ ...free, files, retryAfterMs, hurry: this.#hurry.signal });
    this.#unfinished.add(file);
    const connect = this.#connects.get(connection);
    const about = { ...(typeof header === 'function' ? header() : header), url: connect?.url, subscriptions: connect?.note };
    file.add({ text: headerLineText(connection, hour * HOUR_MS, about), tsMs: hour * HOUR_MS, kind: 'header' });
    this.counters.lines += 1;
    this.#save(connection, file);
    return { hour, part: free.part, path: free.path, file };
  }

  #pendingBytes(): number {
    let sum = 0;
    for (const { pending } of this.#unfinished) sum += pending;
    return sum;
  }

  #close(connection: string): void {
    const open = this.#open.get(connection);
    if (open === undefined) return;
    this.#open.delete(connection);
    const { hour, part, file } = open;
    const loss = this.#losses.get(connection);
    if (file.hasFailed) {
      const untilMs = performance.now() + (this.#options.retryAfterMs ?? RETRY_AFTER_MS);
      this.#pauses.set(connection, { untilMs, hour, part });
      this.#loseRest(connection, file);
    } else if (loss !== undefined) {
      this.#markGap(file, connection, Math.min(Math.max(loss.tsMs, hour * HOUR_MS), (hour + 1) * HOUR_MS - 1));
    }
    const closing = this.#finish(connection, open).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #finish(connection: string, { file, path }: OpenFile): Promise<void> {
    const recorded = await file.end(frameIndexPath(path));
    this.#unfinished.delete(file);
    this.#loseRest(connection, file);
    if (recorded === null || file.hasFailed) this.counters.failures += 1;
    if (recorded !== null) this.#options.onFile?.(recorded);
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

/** Creates the first part from that one on that is not there yet, whoever wrote the others; null where nothing can be written. */
function freePart(files: RecordingFiles, folder: string, name: string, from: number): NewFile | null {
  try {
    makeLocalFolder(folder);
    for (let part = from; part <= MOST_PARTS; part++) {
      const path = join(folder, `${name}${part === 1 ? '' : `.${part}`}.ndjson.gz`);
      const fd = created(files, path);
      if (fd !== null) return { path, part, fd };
    }
  } catch {
    // The lines are counted, and the next one tries again.
  }
  return null;
}

/** Null for a file that is there. */
function created(files: RecordingFiles, path: string): number | null {
  try {
    return files.create(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return null;
    throw error;
  }
}

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../fs/file-system.ts';
import { GZIP_BEGIN, gzipBlock, gzipEnd } from './gzip-blocks.ts';
import { isForRoom, type RecordingFiles } from './recording-files.ts';

/** A file of a recording that is complete, as its index says it. */
export interface RecordedFile {
  readonly path: string;
  readonly lines: number;
  readonly first_ts_ns: string;
  readonly last_ts_ns: string;
  readonly gaps: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A line on its way to the disk. */
export interface FrameFileLine {
  readonly text: string;
  readonly tsMs: number;
  readonly kind: 'header' | 'frame' | 'gap';
  /** Of a gap: lines that it stands for. */
  readonly dropped?: number;
}

/** Lines that were taken and are not in the file, and those whose gap marker is not. */
export interface LostLines {
  readonly frames: number;
  readonly marked: number;
  /** Time of the newest of them. */
  readonly tsMs: number;
}

export interface FrameFileOptions {
  readonly path: string;
  readonly fd: number;
  readonly files: RecordingFiles;
  /** Pause before a disk without room is tried again. */
  readonly retryAfterMs: number;
  /** Aborted when nobody can wait for room any longer. */
  readonly hurry: AbortSignal;
}

/** Characters that are packed together. */
const BLOCK_LENGTH = 1024 * 1024;
/** An index is a file of its own, which may be had once the disk is well. */
const INDEX_TRIES = 100;

/**
 * One file of a recording while it is written. Lines wait here until they are flushed; each flush leaves a file that can be read to its
 * end. Where the disk has no room its lines wait on and nothing is lost; any other failure gives the file up, which then ends with the
 * last line that it has.
 */
export class FrameFile {
  readonly #options: FrameFileOptions;
  readonly #hash = createHash('sha256');
  #waiting: FrameFileLine[] = [];
  #pending = 0;
  #lines = 0;
  #gzip = GZIP_BEGIN;
  #saved = { lines: 0, gaps: 0, bytes: 0, firstMs: 0, lastMs: 0 };
  #writing: Promise<void> | null = null;
  #hasFailed = false;
  #isStalled = false;

  constructor(options: FrameFileOptions) {
    this.#options = options;
  }

  /** Characters that wait for the disk. */
  get pending(): number {
    return this.#pending;
  }

  /** The disk has no room for what waits. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** It was given up, and takes no lines any more. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Takes a line and returns its number, from 1. */
  add(line: FrameFileLine): number {
    this.#waiting.push(line);
    this.#pending += line.text.length + 1;
    this.#lines += 1;
    return this.#lines;
  }

  /** Begins to write what waits, unless that goes on already. Resolves when it is written or given up; never rejects. */
  flush(): Promise<void> {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** Ends the file and writes the index beside it; null where it could not be written. What is left of the lines is lost. */
  async end(indexPath: string): Promise<RecordedFile | null> {
    while (this.#waiting.length > 0 && !this.#hasFailed) await this.flush();
    const { fd, files, path } = this.#options;
    const isEmpty = this.#saved.lines === 0;
    if (this.#hasFailed) await this.#cut();
    if (!isEmpty && !(await this.#append(gzipEnd(this.#gzip)))) await this.#cut();
    await files.close(fd).catch(() => undefined);
    if (!isEmpty) return this.#index(indexPath);
    this.#attempt(() => files.remove(path));
    return null;
  }

  /** What will never reach the disk, once; of a file that has failed or was ended. */
  takeLost(): LostLines {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#pending = 0;
    const frames = lines.filter(({ kind }) => kind === 'frame').length;
    const marked = lines.reduce((sum, { dropped }) => sum + (dropped ?? 0), 0);
    return { frames, marked, tsMs: lines.at(-1)?.tsMs ?? 0 };
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#hasFailed) {
      const block = blockOf(this.#waiting);
      const { bytes, state } = await gzipBlock(this.#gzip, block.map(({ text }) => `${text}\n`).join(''));
      this.#hasFailed = !(await this.#append(bytes));
      if (this.#hasFailed) return;
      this.#gzip = state;
      this.#waiting = this.#waiting.slice(block.length);
      for (const line of block) this.#count(line);
    }
  }

  #count({ text, kind, tsMs }: FrameFileLine): void {
    if (this.#saved.lines < 2) this.#saved.firstMs = tsMs;
    this.#saved.lines += 1;
    this.#saved.lastMs = tsMs;
    if (kind === 'gap') this.#saved.gaps += 1;
    this.#pending -= text.length + 1;
  }

  /** Puts bytes behind those that are there; whatever a try of it left is written over. */
  async #append(bytes: Uint8Array): Promise<boolean> {
    const { fd, files } = this.#options;
    const isThere = await this.#patiently(() => files.write(fd, bytes, this.#saved.bytes));
    if (!isThere) return false;
    this.#hash.update(bytes);
    this.#saved.bytes += bytes.length;
    return true;
  }

  /** Takes back what a failed write has left. */
  async #cut(): Promise<void> {
    const { fd, files } = this.#options;
    await files.truncate(fd, this.#saved.bytes).catch(() => undefined);
  }

  async #index(path: string): Promise<RecordedFile | null> {
    const { lines, gaps, bytes, firstMs, lastMs } = this.#saved;
    const times = { first_ts_ns: `${firstMs}000000`, last_ts_ns: `${lastMs}000000` };
    const index = { lines, ...times, gaps, bytes, sha256: this.#hash.digest('hex') };
    const text = Buffer.from(`${JSON.stringify(index)}\n`);
    const isThere = await this.#patiently(
      () => this.#create(path, text),
      (error, tries) => errnoOf(error) !== 'EEXIST' && tries < INDEX_TRIES,
    );
    if (!isThere) return null;
    return { path: this.#options.path, ...index };
  }

  /** Create-only; what could not be written whole is taken back. */
  async #create(path: string, text: Uint8Array): Promise<void> {
    const { files } = this.#options;
    const fd = files.create(path);
    try {
      await files.write(fd, text, 0);
    } catch (error) {
      this.#attempt(() => files.remove(path));
      throw error;
    } finally {
      await files.close(fd).catch(() => undefined);
    }
  }

  /** Tries as long as a failure may pass and somebody can wait; false when it was given up. */
  async #patiently(work: () => Promise<void>, mayPass: (error: unknown, tries: number) => boolean = isForRoom): Promise<boolean> {
    const { hurry, retryAfterMs } = this.#options;
    for (let tries = 1; ; tries += 1) {
      const isLast = hurry.aborted;
      try {
        await work();
        this.#isStalled = false;
        return true;
      } catch (error) {
        this.#isStalled = !isLast && mayPass(error, tries);
        if (!this.#isStalled) return false;
        await sleep(retryAfterMs, undefined, { signal: hurry, ref: false }).catch(() => undefined);
      }
    }
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch {
      // It stays, and says nothing that is not so.
    }
  }
}

/** As many of the first lines as are packed together, at least one. */
function blockOf(lines: readonly FrameFileLine[]): readonly FrameFileLine[] {
  let length = 0;
  const end = lines.findIndex(({ text }) => {
    length += text.length;
    return length > BLOCK_LENGTH;
  });
  return lines.slice(0, end < 0 ? lines.length : Math.max(1, end));
}

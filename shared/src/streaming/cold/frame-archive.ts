import { gzip } from 'node:zlib';
import { asideStream } from '../../cold/frame-copies.ts';
import { partitionOf } from '../../cold/partition.ts';
import { type FrameFile, frameFileName } from '../../cold/raw-frames.ts';
import type { HealthFinding } from '../../contracts/health-finding.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { utf8 } from '../../core/text-bytes.ts';
import { frameLineText, gapLineText, headerLineText } from '../../market/recording/frame-line.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRecorder, RawLine } from '../../ports/frame-recorder.ts';
import type { Logger } from '../../ports/logger.ts';
import { ABSENT, type ObjectStore } from '../../ports/object-store.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';

export interface FrameArchiveDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The store of the cold tier; only `staging/` of it is created in, and nothing is read. */
  readonly objects: Pick<ObjectStore, 'put'>;
}

export interface FrameArchiveOptions {
  /** Names this process among all there ever were, lower-case letters, digits and dashes. */
  readonly run: string;
  /** What every file's header says: software, policy profile (market data spec §9). */
  readonly header: Readonly<Record<string, unknown>>;
  /** Default 300 000 (data platform spec §1.4). */
  readonly stageEveryMs?: number;
  /** Characters of one connection after which they are staged at once. Default 2 Mi. */
  readonly stageTextLength?: number;
  /** Characters that may wait for the store over all connections. Default 64 Mi (market data spec §9). */
  readonly mostTextLength?: number;
  /** How long a stop waits for the store. Default 1 500. */
  readonly flushWithinMs?: number;
}

/** Lines of one connection and hour that no segment has yet. */
interface OpenFile {
  readonly connection: string;
  readonly hour: number;
  /** Time of the newest line. */
  newestMs: number;
  /** How the connection was opened last, for the header. */
  opened: Pick<RawLine, 'url' | 'note'>;
  /** Since when lines wait. */
  sinceMs: number;
  waiting: string[];
  textLength: number;
  /** Lines of the hour so far, those of earlier segments included. */
  lines: number;
  dropped: number;
}

interface Segment {
  readonly file: FrameFile;
  readonly text: string;
  /** A try of it went without answer: it may be there. */
  isUnsure: boolean;
  /** How many names of it were taken. */
  moves: number;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 250;
const PAUSE_MS = 5_000;
/** Numbers of lines are known for so many hours, those used last: a connection's name may come back, and a clock may jump and return. */
const HOURS_KNOWN = 3;
/** A clock that is set right steps back by less; by more, it had jumped. */
const STEP_BACK_MS = 60_000;

/**
 * Keeps raw frames for the cold tier: gzip segments of one connection, created under the numbers of their lines, so that a segment whose
 * answer was lost counts once. The lines of a connection are numbered on when its name comes back within the hour, and stay in their hour
 * when the clock is set back a little over its beginning. It never waits and never throws; what there is no room for is dropped and marked.
 */
export class FrameArchive implements FrameRecorder, Component {
  readonly name = 'frame_archive';
  readonly #deps: FrameArchiveDeps;
  readonly #options: FrameArchiveOptions;
  /** By connection and hour; those without waiting lines still know their number. */
  readonly #files = new Map<string, OpenFile>();
  /** The file of a connection's newest line. */
  readonly #newest = new Map<string, OpenFile>();
  /** Hours that lines were of, the newest line's last. */
  #hours: readonly number[] = [];
  #segments: Segment[] = [];
  #textLength = 0;
  #retryMs = 0;
  #progressMs: number | null = null;
  #counts = { lines: 0, dropped: 0, segments: 0, failures: 0 };

  constructor(deps: FrameArchiveDeps, options: FrameArchiveOptions) {
    invariant(/^[a-z0-9-]+$/.test(options.run), `${options.run} cannot name a run: lower-case letters, digits and dashes`);
    this.#deps = deps;
    this.#options = options;
  }

  record(line: RawLine): string | null {
    const file = this.#fileOf(line);
    if (this.#textLength > (this.#options.mostTextLength ?? 64 * 1024 * 1024)) {
      file.dropped += 1;
      this.#counts.dropped += 1;
      return null;
    }
    this.#markGap(file, line.tsMs);
    this.#add(file, frameLineText(line));
    this.#counts.lines += 1;
    if (line.kind === 'close') this.#seal(file);
    return `${line.connection}#${file.hour}.${file.lines}`;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      for (const file of this.#files.values()) if (this.#isDue(file)) this.#seal(file);
      await this.#write();
      await clock.sleep(STEP_MS, signal).catch(() => undefined);
    }
    await this.#flush();
  }

  health(): ComponentFacts {
    const { lines, dropped, segments, failures } = this.#counts;
    const findings: HealthFinding[] = [];
    if (this.#retryMs > 0) findings.push({ area: 'store', level: 'degraded', reason: 'frames_unavailable' });
    const totals = { lines_total: lines, dropped_lines_total: dropped, segments_total: segments, failed_writes_total: failures };
    return { progressMs: this.#progressMs, measured: { ...totals, waiting_text_length: this.#textLength }, findings };
  }

  #fileOf(line: RawLine): OpenFile {
    const { connection, tsMs } = line;
    const last = this.#newest.get(connection);
    const stepMs = (last?.newestMs ?? 0) - tsMs;
    const hour = last !== undefined && stepMs > 0 && stepMs <= STEP_BACK_MS ? last.hour : Math.floor(tsMs / HOUR_MS);
    const opened = line.kind === 'connect' ? line : (last?.opened ?? {});
    const file = last?.hour === hour ? last : this.#turnTo(connection, hour, opened, last);
    file.opened = opened;
    file.newestMs = tsMs;
    return file;
  }

  /** The file of another hour, from the connection's last one; an hour that comes back is numbered on. */
  #turnTo(connection: string, hour: number, opened: OpenFile['opened'], last: OpenFile | undefined): OpenFile {
    if (last !== undefined) this.#finish(last);
    this.#remember(hour);
    const key = `${connection}#${hour}`;
    const file = this.#files.get(key) ?? this.#begin(connection, hour, opened);
    this.#files.set(key, file);
    this.#newest.set(connection, file);
    return file;
  }

  #begin(connection: string, hour: number, opened: OpenFile['opened']): OpenFile {
    const counts = { newestMs: 0, sinceMs: 0, textLength: 0, lines: 0, dropped: 0 };
    const file: OpenFile = { connection, hour, opened, waiting: [], ...counts };
    const { url, note } = opened;
    this.#add(file, headerLineText(connection, hour * HOUR_MS, { ...this.#options.header, url, subscriptions: note }));
    return file;
  }

  #remember(hour: number): void {
    if (this.#hours.at(-1) === hour) return;
    this.#hours = [...this.#hours.filter((known) => known !== hour), hour].slice(-HOURS_KNOWN);
    for (const [key, file] of this.#files) {
      if (this.#hours.includes(file.hour)) continue;
      this.#finish(file);
      this.#files.delete(key);
      if (this.#newest.get(file.connection) === file) this.#newest.delete(file.connection);
    }
  }

  #add(file: OpenFile, text: string): void {
    if (file.waiting.length === 0) file.sinceMs = this.#deps.clock.nowMs();
    file.waiting.push(text);
    file.lines += 1;
    file.textLength += text.length;
    this.#textLength += text.length;
  }

  /** Says where lines were dropped, at a time of the file's hour: there it is looked for. */
  #markGap(file: OpenFile, tsMs: number): void {
    if (file.dropped === 0) return;
    const startMs = file.hour * HOUR_MS;
    const withinMs = Math.min(Math.max(tsMs, startMs), startMs + HOUR_MS - 1);
    this.#add(file, gapLineText(file.connection, withinMs, file.dropped));
    file.dropped = 0;
  }

  /** No more lines in this file for now. */
  #finish(file: OpenFile): void {
    this.#markGap(file, this.#deps.clock.nowMs());
    this.#seal(file);
  }

  #isDue({ waiting, textLength, sinceMs }: OpenFile): boolean {
    const { stageEveryMs = 300_000, stageTextLength = 2 * 1024 * 1024 } = this.#options;
    const isLate = this.#deps.clock.nowMs() - sinceMs >= stageEveryMs;
    return waiting.length > 0 && (isLate || textLength >= stageTextLength);
  }

  /** What waits becomes a segment that does not change any more. */
  #seal(file: OpenFile): void {
    if (file.waiting.length === 0) return;
    const { connection, hour, lines, waiting } = file;
    const stream = `${connection}--${this.#options.run}`;
    const first = lines - waiting.length + 1;
    const text = `${waiting.join('\n')}\n`;
    const segment = { dt: partitionOf('hour', hour * HOUR_MS), stream, first, last: lines };
    this.#segments.push({ file: segment, text, isUnsure: false, moves: 0 });
    this.#textLength += text.length - file.textLength;
    file.waiting = [];
    file.textLength = 0;
  }

  /** Creates the segments that wait, oldest first; after a failure none for a while. */
  async #write(): Promise<void> {
    const { clock, logger } = this.#deps;
    while (this.#segments.length > 0 && clock.nowMs() >= this.#retryMs) {
      const segment = this.#segments[0]!;
      try {
        await this.#create(segment);
      } catch (error) {
        if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
        this.#counts.failures += 1;
        this.#retryMs = noteFailure(segment, error) ? 0 : clock.nowMs() + PAUSE_MS;
        const { moves } = segment;
        logger.warn('frame_archive.failed', { code: error.code, message: error.message, segments: this.#segments.length, moves });
      }
    }
  }

  /** What is there already is this segment only if an earlier try of it had no answer, and its bytes are the same. */
  async #create(segment: Segment): Promise<void> {
    const bytes = await packed(segment.text);
    const sha256 = sha256Hex(bytes);
    const { stream } = segment.file;
    const name = frameFileName('staging', { ...segment.file, stream: asideStream(stream, segment.moves) });
    const put = { ifGenerationMatch: ABSENT, contentType: 'application/gzip', metadata: { sha256 } };
    const outcome = await this.#deps.objects.put(name, bytes, put);
    if (!outcome.written && !(segment.isUnsure && outcome.current?.metadata.sha256 === sha256)) throw taken(name);
    this.#segments = this.#segments.filter((each) => each !== segment);
    this.#textLength -= segment.text.length;
    this.#counts.segments += 1;
    this.#retryMs = 0;
    this.#progressMs = this.#deps.clock.nowMs();
  }

  async #flush(): Promise<void> {
    const { clock, logger } = this.#deps;
    for (const file of this.#files.values()) this.#finish(file);
    this.#retryMs = 0;
    const gaveUp = new AbortController();
    const late = clock.sleep(this.#options.flushWithinMs ?? 1_500, gaveUp.signal).catch(() => undefined);
    await Promise.race([this.#write(), late]);
    gaveUp.abort();
    if (this.#segments.length > 0) logger.error('frame_archive.left', { segments: this.#segments.length });
  }
}

/**
 * Moves a segment aside whose name is taken, and says whether that may be tried at once. Whoever may only create is refused where an
 * earlier try has left something: it may be this segment, and twice is better than never.
 */
function noteFailure(segment: Segment, { code, kind }: LivepoolError): boolean {
  const isTaken = code === 'COLD_CONFLICT' || (segment.isUnsure && code === 'STORE_REFUSED');
  if (kind === 'transient') segment.isUnsure = true;
  if (!isTaken) return false;
  segment.isUnsure = false;
  segment.moves += 1;
  return segment.moves === 1;
}

function taken(name: string): LivepoolError {
  return new LivepoolError('COLD_CONFLICT', 'terminal', `${name} is there already with other lines`, { name });
}

/** Off the event loop: a segment takes tens of milliseconds. */
function packed(text: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gzip(utf8(text), (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}

import { gzip } from 'node:zlib';
import { partitionOf } from '../../cold/partition.ts';
import { type FrameFile, frameFileName } from '../../cold/raw-frames.ts';
import type { HealthFinding } from '../../contracts/health-finding.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
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
  readonly sinceMs: number;
  waiting: string[];
  textLength: number;
  /** Lines of the hour so far, those of earlier segments included. */
  lines: number;
  dropped: number;
}

interface Segment {
  readonly file: FrameFile;
  readonly text: string;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 250;
const PAUSE_MS = 5_000;

/**
 * Keeps raw frames for the cold tier: gzip segments of one connection, created under the numbers of their lines, so that a segment whose
 * answer was lost is created once. It never waits and never throws; what there is no room for is dropped and marked.
 */
export class FrameArchive implements FrameRecorder, Component {
  readonly name = 'frame_archive';
  readonly #deps: FrameArchiveDeps;
  readonly #options: FrameArchiveOptions;
  readonly #open = new Map<string, OpenFile>();
  readonly #connects = new Map<string, RawLine>();
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
    if (line.kind === 'connect') this.#connects.set(line.connection, line);
    const file = this.#fileOf(line);
    if (this.#textLength > (this.#options.mostTextLength ?? 64 * 1024 * 1024)) {
      file.dropped += 1;
      this.#counts.dropped += 1;
      return null;
    }
    if (file.dropped > 0) {
      this.#add(file, gapLineText(line.connection, line.tsMs, file.dropped));
      file.dropped = 0;
    }
    this.#add(file, frameLineText(line));
    this.#counts.lines += 1;
    const name = `${line.connection}#${file.hour}.${file.lines}`;
    if (line.kind === 'close') this.#close(file);
    return name;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      for (const file of this.#open.values()) if (this.#isDue(file)) this.#seal(file);
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

  #fileOf({ connection, tsMs }: RawLine): OpenFile {
    const hour = Math.floor(tsMs / HOUR_MS);
    const known = this.#open.get(connection);
    if (known?.hour === hour) return known;
    if (known !== undefined) this.#close(known);
    const sinceMs = this.#deps.clock.nowMs();
    const file: OpenFile = { connection, hour, sinceMs, waiting: [], textLength: 0, lines: 0, dropped: 0 };
    this.#open.set(connection, file);
    const { url, note } = this.#connects.get(connection) ?? {};
    this.#add(file, headerLineText(connection, hour * HOUR_MS, { ...this.#options.header, url, subscriptions: note }));
    return file;
  }

  #add(file: OpenFile, text: string): void {
    file.waiting.push(text);
    file.lines += 1;
    file.textLength += text.length;
    this.#textLength += text.length;
  }

  #close(file: OpenFile): void {
    if (file.dropped > 0) this.#add(file, gapLineText(file.connection, this.#deps.clock.nowMs(), file.dropped));
    this.#seal(file);
    this.#open.delete(file.connection);
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
    this.#segments.push({ file: { dt: partitionOf('hour', hour * HOUR_MS), stream, first, last: lines }, text });
    this.#textLength += text.length - file.textLength;
    const rest: OpenFile = { ...file, sinceMs: this.#deps.clock.nowMs(), waiting: [], textLength: 0 };
    this.#open.set(connection, rest);
  }

  /** Creates the segments that wait, oldest first; after a failure none for a while. */
  async #write(): Promise<void> {
    const { clock, logger } = this.#deps;
    while (this.#segments.length > 0 && clock.nowMs() >= this.#retryMs) {
      try {
        await this.#create(this.#segments[0]!);
      } catch (error) {
        if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
        this.#counts.failures += 1;
        this.#retryMs = clock.nowMs() + PAUSE_MS;
        logger.warn('frame_archive.failed', { code: error.code, message: error.message, segments: this.#segments.length });
      }
    }
  }

  /** The name says which lines these are: one that is there already is this one, created by a try whose answer was lost. */
  async #create(segment: Segment): Promise<void> {
    const bytes = await packed(segment.text);
    const name = frameFileName('staging', segment.file);
    await this.#deps.objects.put(name, bytes, { ifGenerationMatch: ABSENT, contentType: 'application/gzip' });
    this.#segments = this.#segments.filter((each) => each !== segment);
    this.#textLength -= segment.text.length;
    this.#counts.segments += 1;
    this.#retryMs = 0;
    this.#progressMs = this.#deps.clock.nowMs();
  }

  async #flush(): Promise<void> {
    const { clock, logger } = this.#deps;
    for (const file of this.#open.values()) this.#close(file);
    this.#retryMs = 0;
    const gaveUp = new AbortController();
    const late = clock.sleep(this.#options.flushWithinMs ?? 1_500, gaveUp.signal).catch(() => undefined);
    await Promise.race([this.#write(), late]);
    gaveUp.abort();
    if (this.#segments.length > 0) logger.error('frame_archive.left', { segments: this.#segments.length });
  }
}

/** Off the event loop: a segment takes tens of milliseconds. */
function packed(text: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gzip(utf8(text), (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}

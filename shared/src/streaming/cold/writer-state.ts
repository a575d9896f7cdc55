import type { HealthFinding } from '../../contracts/health-finding.ts';
import type { StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { ABSENT, type ObjectStore } from '../../ports/object-store.ts';
import type { ComponentFacts } from '../../supervision/component.ts';
import { idempotencyKey } from '../envelope/checksum.ts';
import { type ReceiveCounters, receiveCounters } from '../receive-envelopes.ts';
import { DuplicateWindow } from './duplicate-window.ts';
import { envelopeRows, type TableRow } from './envelope-rows.ts';
import { StagingBuffer, type WaitingSegment } from './staging-buffer.ts';

export interface WriterStateDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly objects: Pick<ObjectStore, 'put'>;
}

const PAUSE_MS = 5_000;

/** Segments that are created side by side. */
const MOST_WRITES = 8;

/** Rows, segments and counts of a cold writer: what lives as long as the process, over restarts of the component. */
export class WriterState {
  readonly buffer: StagingBuffer;
  readonly received: ReceiveCounters = receiveCounters();
  /** Rows wait whose sender waits for them. */
  hasGuests = false;
  sealedMs = 0;
  /** Time of the newest row that was staged, by venue, ms. */
  readonly stagedMs = new Map<string, number>();
  /** Subscriptions that could not be read the last time. */
  readonly unread = new Set<string>();
  readonly #deps: WriterStateDeps;
  readonly #mostRows: number;
  readonly #window = new DuplicateWindow();
  #dropped = 0;
  #staged = 0;
  #segments = 0;
  #failures = 0;
  #retryMs = 0;
  #writing: Promise<void> | null = null;
  #progressMs: number | null = null;

  constructor(deps: WriterStateDeps, writer: string, mostRows: number) {
    this.#deps = deps;
    this.#mostRows = mostRows;
    this.buffer = new StagingBuffer(writer);
  }

  /** What is left is for rows of this process: what comes by a subscription can wait there. */
  get isCrowded(): boolean {
    return this.buffer.rows > 0.9 * this.#mostRows;
  }

  /** What the rows of an envelope wait for; undefined when there is no room for them. */
  take(envelope: StreamEnvelope, isGuest: boolean): Promise<void> | undefined {
    const key = idempotencyKey(envelope);
    const known = this.#window.find(key);
    if (known !== undefined) return known;
    const kept = this.add(envelopeRows(envelope), isGuest);
    if (kept !== undefined) this.#window.add(key, kept, this.#deps.clock.nowMs());
    return kept;
  }

  add(rows: readonly TableRow[], isGuest: boolean): Promise<void> | undefined {
    if (this.buffer.rows + rows.length > this.#mostRows) {
      this.#dropped += rows.length;
      return undefined;
    }
    if (rows.length > 0) this.hasGuests ||= isGuest;
    return this.buffer.add(rows, this.#deps.clock.nowMs());
  }

  seal(): void {
    this.sealedMs = this.#deps.clock.nowMs();
    this.buffer.seal(this.sealedMs);
    this.hasGuests = false;
  }

  /** Creates the segments that wait; after a failure none for a while. A call under way is joined. */
  write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { clock } = this.#deps;
    while (this.buffer.segments.length > 0 && clock.nowMs() >= this.#retryMs) {
      const creating = this.buffer.segments.slice(0, MOST_WRITES).map((segment) => this.#create(segment));
      const outcomes = await Promise.allSettled(creating);
      const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      if (failures.length > 0) this.#pause(failures);
    }
  }

  #pause(failures: readonly unknown[]): void {
    const { clock, logger } = this.#deps;
    const bug = failures.find((error) => !(error instanceof LivepoolError) || error.kind === 'bug');
    if (bug !== undefined) throw bug;
    const { code, message } = failures[0] as LivepoolError;
    this.#failures += failures.length;
    this.#retryMs = clock.nowMs() + PAUSE_MS;
    logger.warn('cold_writer.failed', { code, message, segments: this.buffer.segments.length });
  }

  /** Stages everything, or says what is left after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    const { clock, logger } = this.#deps;
    const startedMs = clock.nowMs();
    this.seal();
    this.#retryMs = 0;
    if (withinMs > 0) {
      const gaveUp = new AbortController();
      const timeout = clock.sleep(withinMs, gaveUp.signal).catch(() => undefined);
      await Promise.race([this.write().then(() => this.write()), timeout]);
      gaveUp.abort();
    }
    const { segments, rows } = this.buffer;
    if (segments.length > 0) logger.error('cold_writer.left', { segments: segments.length, rows });
    else logger.info('cold_writer.flushed', { ms: clock.nowMs() - startedMs });
  }

  facts(): ComponentFacts {
    const findings: HealthFinding[] = [];
    if (this.#retryMs > 0) findings.push({ area: 'store', level: 'degraded', reason: 'staging_unavailable' });
    if (this.unread.size > 0) findings.push({ area: 'store', level: 'degraded', reason: 'catch_up_unavailable' });
    if (this.buffer.rows > this.#mostRows / 2) findings.push({ area: 'queue', level: 'degraded', reason: 'staging_backlog' });
    return {
      progressMs: this.#progressMs,
      measured: {
        queue_rows: this.buffer.rows,
        staged_rows_total: this.#staged,
        segments_total: this.#segments,
        failed_writes_total: this.#failures,
        dropped_rows_total: this.#dropped,
        rejected_rows_total: this.buffer.rejected,
        dedupe_hits_total: this.#window.hits,
        received_total: this.received.accepted,
        dlq_messages_total: this.received.deadLettered,
        ...violationCounts(this.received),
      },
      findings,
    };
  }

  /** The name is the segment's alone, and nothing is read: this process may only create. */
  async #create(segment: WaitingSegment): Promise<void> {
    const { objects, clock } = this.#deps;
    try {
      await objects.put(segment.name, segment.bytes, { ifGenerationMatch: ABSENT, contentType: 'application/zstd' });
    } catch (error) {
      segment.failed();
      throw error;
    }
    segment.done();
    for (const [venue, ms] of segment.newestMs) this.stagedMs.set(venue, Math.max(ms, this.stagedMs.get(venue) ?? 0));
    this.#staged += segment.rows;
    this.#segments += 1;
    this.#retryMs = 0;
    this.#progressMs = clock.nowMs();
  }
}

/** `violations_<check>_total` of what was received (data platform spec §9, `data_consistency_errors_total`). */
function violationCounts({ violations }: ReceiveCounters): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(violations).map(([check, count]) => [`violations_${check}_total`, count]));
}

/** Why rows are not taken. */
export function noRoom(): LivepoolError {
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', 'the cold writer has no room until the store answers again');
}

import { LivepoolError } from '../../core/errors.ts';
import { HistoryFilter } from '../../market/feed/history-filter.ts';
import { fitToBudget, nextPollMs, type PollTask } from '../../market/feed/poll-task.ts';
import { FrameRefused } from '../../market/venues/frame-syntax.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRecorder } from '../../ports/frame-recorder.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MarketEventSink, MarketFeed } from '../../ports/market-feed.ts';
import type { Random } from '../../ports/random.ts';
import type { RestClient } from '../net/rest-client.ts';

/** First questions come within this time, in random order. */
const FIRST_WITHIN_MS = 5_000;
const TICK_MS = 100;
/** Questions under way at once; the rest wait for their turn. */
const MOST_UNDER_WAY = 16;

export interface PollFeedDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  readonly logger: Logger;
  readonly recorder: FrameRecorder | null;
  /** REST clients by venue: a basis needs the spot venue too. */
  readonly rest: (venue: string) => RestClient;
}

export interface PollFeedOptions {
  readonly feedId: string;
  readonly tasks: readonly PollTask[];
  /** Budget of the section's venue. */
  readonly requestsPerSecond: number;
}

/** How a task is doing; failures are counted since its last success. */
export interface PollStatus {
  readonly task: string;
  readonly everyMs: number;
  readonly lastSuccessMs: number | null;
  readonly failures: number;
  readonly lastFailure: string | null;
}

interface Turn {
  readonly task: PollTask;
  dueMs: number;
  isUnderWay: boolean;
  lastSuccessMs: number | null;
  failures: number;
  lastFailure: string | null;
}

/** Polls of one venue section, each on its own cadence with jitter; a failure costs its own values only. */
export class PollFeed implements MarketFeed {
  readonly feedId: string;
  readonly #deps: PollFeedDeps;
  readonly #turns: readonly Turn[];
  readonly #history = new HistoryFilter();

  constructor(deps: PollFeedDeps, options: PollFeedOptions) {
    const nowMs = deps.clock.nowMs();
    this.feedId = options.feedId;
    this.#deps = deps;
    this.#turns = fitToBudget(options.tasks, options.requestsPerSecond, nowMs).map((task) => {
      const dueMs = nowMs + Math.floor(deps.random.next() * Math.min(FIRST_WITHIN_MS, task.everyMs));
      return { task, dueMs, isUnderWay: false, lastSuccessMs: null, failures: 0, lastFailure: null };
    });
  }

  async run(sink: MarketEventSink, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const underWay = new Set<Promise<void>>();
    const faults: unknown[] = [];
    try {
      while (!signal.aborted) {
        if (faults.length > 0) throw faults[0];
        for (const turn of this.#due(clock.nowMs(), MOST_UNDER_WAY - underWay.size)) {
          const work = this.#ask(turn, sink, signal)
            .catch((fault: unknown) => void faults.push(fault))
            .finally(() => underWay.delete(work));
          underWay.add(work);
        }
        await clock.sleep(TICK_MS, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await Promise.all(underWay);
    }
  }

  status(): readonly PollStatus[] {
    return this.#turns.map(({ task, lastSuccessMs, failures, lastFailure }) => {
      return { task: task.name, everyMs: task.everyMs, lastSuccessMs, failures, lastFailure };
    });
  }

  /** The turns that are due, the longest waiting first. */
  #due(nowMs: number, room: number): readonly Turn[] {
    const due = this.#turns.filter((turn) => !turn.isUnderWay && turn.dueMs <= nowMs);
    return due.toSorted((a, b) => a.dueMs - b.dueMs).slice(0, Math.max(0, room));
  }

  async #ask(turn: Turn, sink: MarketEventSink, signal: AbortSignal): Promise<void> {
    const { clock, random, logger } = this.#deps;
    const { task } = turn;
    turn.isUnderWay = true;
    try {
      await this.#answer(task, sink, signal);
      turn.lastSuccessMs = clock.nowMs();
      turn.failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      turn.failures += 1;
      turn.lastFailure = reasonOf(error);
      logger.warn('poll.failed', { feed: this.feedId, task: task.name, reason: turn.lastFailure, failures: turn.failures });
      if (!(error instanceof LivepoolError)) throw error;
    } finally {
      turn.isUnderWay = false;
      turn.dueMs = nextPollMs(task, clock.nowMs(), random.next());
    }
  }

  async #answer(task: PollTask, sink: MarketEventSink, signal: AbortSignal): Promise<void> {
    const { clock, recorder } = this.#deps;
    const requests = task.requests(clock.nowMs());
    const bodies = await Promise.all(requests.map(({ venue, path }) => this.#deps.rest(venue).get(task.name, path, signal)));
    if (signal.aborted) return;
    const nowMs = clock.nowMs();
    const names = requests.map(({ path }, index) => {
      return recorder?.record({ kind: 'http', connection: this.feedId, tsMs: nowMs, url: path, data: bodies[index]! }) ?? null;
    });
    const events = this.#read(task, requests[0]!.venue, bodies, { nowMs, rawRef: names[0] ?? null });
    for (const event of task.isHistory ? this.#history.fresh(events) : events) sink(event);
  }

  /** An answer that cannot be read is a failure of the venue: its breaker hears of it. */
  #read(task: PollTask, venue: string, bodies: readonly Uint8Array[], context: Parameters<PollTask['read']>[1]) {
    try {
      return task.read(bodies.map(jsonOf), context);
    } catch (error) {
      if (!(error instanceof FrameRefused || error instanceof SyntaxError || error instanceof TypeError)) throw error;
      this.#deps.rest(venue).distrust(task.name);
      const detail = error instanceof FrameRefused ? error.refusal.detail : error.message;
      throw new LivepoolError('VENUE_PAYLOAD_SHAPE', 'transient', `${venue} ${task.name}: ${detail}`, { venue, task: task.name });
    }
  }
}

function jsonOf(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
}

function reasonOf(error: unknown): string {
  return error instanceof LivepoolError ? error.code : String(error);
}

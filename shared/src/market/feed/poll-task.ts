import type { SourceQuality } from '../../contracts/market-events/event-envelope.ts';
import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import { type Envelope, envelope } from './event-envelope.ts';

/** One GET of a poll; the answers of all its requests are read together. */
export interface PollRequest {
  readonly venue: string;
  readonly path: string;
}

/** What a reader knows besides the answers. */
export interface PollContext {
  readonly nowMs: number;
  /** Name of the recorded answers, null when nobody keeps them. */
  readonly rawRef: string | null;
}

/** A question that is asked of a venue again and again (market data spec §7.1). */
export interface PollTask {
  /** Name in logs and of the endpoint class: `contract_stats`. */
  readonly name: string;
  readonly everyMs: number;
  readonly requests: (nowMs: number) => readonly PollRequest[];
  /** Events of the answers, one for every request. Throws `FrameRefused` for what cannot be read. */
  readonly read: (replies: readonly unknown[], context: PollContext) => readonly MarketEvent[];
  /** The answers repeat what earlier ones said: each event is told once, by instrument, type and time. */
  readonly isHistory: boolean;
}

/** Cadences of the spec (market data §7.1). */
export const POLL_EVERY_MS = {
  openInterest: 15_000,
  funding: 60_000,
  longShort: 120_000,
  liquidations: 30_000,
  takerFlow: 60_000,
  fundingHistory: 300_000,
  candles: 300_000,
} as const;

/** Share of the budget that polls may take; the rest is for snapshots, comparisons and second tries. */
const MOST_SHARE = 0.7;

/** The tasks, all slowed down by the same factor when together they would ask more often than the venue's budget allows. */
export function fitToBudget(tasks: readonly PollTask[], requestsPerSecond: number, nowMs: number): readonly PollTask[] {
  const wanted = tasks.reduce((sum, task) => sum + (task.requests(nowMs).length * 1000) / task.everyMs, 0);
  const factor = wanted / (requestsPerSecond * MOST_SHARE);
  return factor <= 1 ? tasks : tasks.map((task) => ({ ...task, everyMs: Math.ceil(task.everyMs * factor) }));
}

/** When a task is asked next: after its cadence, a tenth more or less. `chance` is uniform in [0, 1). */
export function nextPollMs(task: PollTask, lastMs: number, chance: number): number {
  return lastMs + Math.round(task.everyMs * (0.9 + 0.2 * chance));
}

/** Common fields of an event that an answer gave. */
export function polled(
  instrument: string,
  context: PollContext,
  tsEventMs: number,
  quality: SourceQuality = 'live',
  publishedMs = context.nowMs,
): Envelope {
  const venue = instrument.slice(instrument.indexOf('@') + 1);
  return envelope({ venue, instrument, rawRef: context.rawRef }, tsEventMs, context.nowMs, quality, publishedMs);
}

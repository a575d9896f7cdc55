import type { MarketEvent } from '../contracts/market-events/market-event.ts';
import { EventQueue, type QueueCounters } from '../market/feed/event-queue.ts';
import type { MarketEventSink } from '../ports/market-feed.ts';

/** What became of one reader's events since the start, and how many wait now. */
export interface ReaderFacts extends Readonly<QueueCounters> {
  readonly waiting: number;
}

/** A place at which one slow reader gets every event, newest values conflated while it is away. */
export interface EventReader {
  readonly name: string;
  /** Up to `most` events, oldest first; empty when nothing waits. */
  take(most: number): readonly MarketEvent[];
  facts(): ReaderFacts;
}

/** One writer, many readers. */
export interface MarketEventFanOut {
  /** Given to every feed (`feed.run(fanOut.sink, signal)`). Never waits and never throws. */
  readonly sink: MarketEventSink;
  /** Adds a bounded reader with its own queue of at most `most` events; it sees what comes from now on. */
  reader(name: string, most?: number): EventReader;
  /**
   * Adds a reader that is called within the feed's own turn, for work that takes microseconds. One that throws is taken off and
   * its error kept for `facts`: the feeds and the other readers go on. The returned function takes it off.
   */
  tap(name: string, sink: MarketEventSink): () => void;
  facts(): FanOutFacts;
}

export interface FanOutFacts {
  /** Events that feeds have written. */
  readonly written: number;
  readonly readers: Readonly<Record<string, ReaderFacts>>;
  /** Readers that threw, with what they said. */
  readonly failed: Readonly<Record<string, string>>;
}

/** Room for some seconds of a few hundred busy instruments: newest values conflate, so that mostly prints take it. */
const DEFAULT_MOST = 20_000;

/**
 * Hands every market event to every reader, so that a slow one costs only itself: its queue conflates values of which the newest
 * counts, then drops its oldest events, each counted, and a `trade_gap` tells of lost prints (quant spec §9.2, data platform spec §3).
 */
export function marketEventFanOut(): MarketEventFanOut {
  const queues = new Map<string, EventQueue>();
  const taps = new Map<string, MarketEventSink>();
  const failed: Record<string, string> = {};
  let written = 0;

  const call = (name: string, tap: MarketEventSink, event: MarketEvent): void => {
    try {
      tap(event);
    } catch (error) {
      taps.delete(name);
      failed[name] = error instanceof Error ? error.message : String(error);
    }
  };
  return {
    sink: (event) => {
      written += 1;
      for (const queue of queues.values()) queue.push(event);
      for (const [name, tap] of taps) call(name, tap, event);
    },
    reader: (name, most = DEFAULT_MOST) => {
      const queue = new EventQueue(most);
      queues.set(name, queue);
      return { name, take: (atMost) => queue.take(atMost), facts: () => factsOf(queue) };
    },
    tap: (name, sink) => {
      taps.set(name, sink);
      delete failed[name];
      return () => {
        if (taps.get(name) === sink) taps.delete(name);
      };
    },
    facts: () => ({
      written,
      readers: Object.fromEntries([...queues].map(([name, queue]) => [name, factsOf(queue)])),
      failed: { ...failed },
    }),
  };
}

function factsOf(queue: EventQueue): ReaderFacts {
  return { ...queue.counters, waiting: queue.size };
}

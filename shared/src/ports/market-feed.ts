import type { MarketEvent } from '../contracts/market-events/market-event.ts';

/** Takes one event. Called synchronously from the socket or poller; it does not throw and keeps what it needs. */
export type MarketEventSink = (event: MarketEvent) => void;

/**
 * Live or replayed market events of one connection or poller. Laws: every event passes `marketEventSchema` · events of one
 * instrument and type come in the order of `ts_recv` · `available_at` is never before `ts_recv` · no `book_top` or `book_depth`
 * comes between a `book_state` that is not live and the next one that is · after `signal` aborted no event comes and the promise
 * settles · what may heal by itself (a lost socket, a slow venue) is healed inside; the promise rejects only for what does not.
 */
export interface MarketFeed {
  /** Name in logs and health, for example `kraken.spot` or `gate.perp.stats`. */
  readonly feedId: string;
  run(sink: MarketEventSink, signal: AbortSignal): Promise<void>;
}

import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { RecoverableName } from '../../contracts/recovery.ts';
import { INVALIDATION_LIMIT, isReached, withEvent } from '../book-sync/event-window.ts';

/** A part of the feeds that does not get well by itself, and why (quant spec §9.2). */
export interface FeedTrigger {
  readonly component: Extract<RecoverableName, 'ws_manager' | 'rest_collector'>;
  readonly venue: string;
  readonly reason: string;
}

/** How long a connection has been silent; null without a socket. */
export interface StreamSilence {
  readonly venue: string;
  readonly silentMs: number | null;
  readonly expectedGapMs: number;
}

/** Failures in a row of a venue's REST endpoints since a breaker closed again. */
export interface RestRelapse {
  readonly venue: string;
  readonly relapses: number;
}

/** Times the expected gap that a socket may be silent. */
const MOST_GAPS = 3;
const MOST_RELAPSES = 3;

/** Watches the feeds for what calls for a recovery. It remembers when books were lost; the rest is told to it. */
export class FeedWatch {
  readonly #losses = new Map<string, { readonly venue: string; times: readonly number[] }>();

  onEvent(event: MarketEvent): void {
    // A socket that was lost is made again; only what keeps breaking on a socket counts.
    if (event.type !== 'book_state' || event.live || event.reason === 'connecting' || event.reason === 'disconnect') return;
    const { instrument, venue, ts_recv: atMs } = event;
    const times = withEvent(this.#losses.get(instrument)?.times ?? [], INVALIDATION_LIMIT, atMs);
    this.#losses.set(instrument, { venue, times });
  }

  /** A recovery of the venue's sockets begins: what was lost before it is made good by it. */
  recovering(venue: string): void {
    for (const [instrument, loss] of this.#losses) if (loss.venue === venue) this.#losses.delete(instrument);
  }

  /**
   * What is wrong now; each venue and component at most once, with the first reason. For as long as this process itself was late
   * (`ownLagMs`) it would not have heard a socket that spoke.
   */
  triggers(nowMs: number, streams: readonly StreamSilence[], rest: readonly RestRelapse[], ownLagMs = 0): readonly FeedTrigger[] {
    const silent = streams.flatMap(({ venue, silentMs, expectedGapMs }) =>
      silentMs !== null && silentMs - ownLagMs > MOST_GAPS * expectedGapMs ? [sockets(venue, `silent for ${silentMs} ms`)] : [],
    );
    const broken = [...this.#losses].flatMap(([instrument, { venue, times }]) =>
      isReached(times, INVALIDATION_LIMIT, nowMs) ? [sockets(venue, `book of ${instrument} lost again and again`)] : [],
    );
    const failing = rest.flatMap(({ venue, relapses }): FeedTrigger[] =>
      relapses >= MOST_RELAPSES
        ? [{ component: 'rest_collector', venue, reason: `${relapses} failures after the breaker closed` }]
        : [],
    );
    const first = new Map<string, FeedTrigger>();
    for (const trigger of [...silent, ...broken, ...failing]) {
      const key = `${trigger.component} ${trigger.venue}`;
      if (!first.has(key)) first.set(key, trigger);
    }
    return [...first.values()];
  }
}

function sockets(venue: string, reason: string): FeedTrigger {
  return { component: 'ws_manager', venue, reason };
}

import type { HealthWindow } from '../../market/feed/health-window.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MarketEventSink, MarketFeed } from '../../ports/market-feed.ts';

const EVERY_MS = 15_000;

/** Tells every fifteen seconds what a venue's clients measured about themselves. `instrument` is any of the venue's. */
export function healthFeed(clock: Clock, venue: string, instrument: string, health: HealthWindow): MarketFeed {
  const tell = (sink: MarketEventSink): void => {
    const nowMs = clock.nowMs();
    const times = { ts_event: nowMs, ts_recv: nowMs, available_at: nowMs };
    const measured = health.measured(nowMs);
    sink({ venue, instrument, ...times, quality: 'live', raw_ref: null, type: 'venue_health', unit: 'count', ...measured });
  };
  return {
    feedId: `${venue}.health`,
    run: async (sink, signal) => {
      try {
        while (!signal.aborted) {
          await clock.sleep(EVERY_MS - (clock.nowMs() % EVERY_MS), signal);
          tell(sink);
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

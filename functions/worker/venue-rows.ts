import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import { venueOf } from './market-feeds.ts';

/** Rows of `/api/venues` (quant spec §8): sockets, books, polls and measured health of each venue now. */
export function venueRows(feeds: VenueFeeds | null, skews: ReadonlyMap<string, number>): readonly object[] {
  return (feeds?.accesses ?? []).map(({ venue, rest }) => {
    const connections = (feeds?.streams ?? []).filter((stream) => venueOf(stream) === venue).map((stream) => stream.status());
    const polls = (feeds?.polls ?? []).filter((poll) => venueOf(poll) === venue).flatMap((poll) => poll.status());
    return {
      venue,
      clock_skew_ms: skews.get(venue) ?? null,
      connections: connections.map(({ connection, phase, isStale, lastFrameAgeMs, sockets, lost, counters, books }) => ({
        connection,
        phase,
        is_stale: isStale,
        last_message_age_ms: lastFrameAgeMs,
        sockets,
        lost,
        frames: counters.frames,
        refused_frames: counters.refused,
        books: books.map(({ instrument, state, reason, ageMs }) => ({ instrument, state, reason, age_ms: ageMs })),
      })),
      rest: {
        requests: rest.counters.requests,
        polls: polls.map(({ task, everyMs, lastSuccessMs, failures, lastFailure }) => ({
          task,
          every_ms: everyMs,
          last_success: lastSuccessMs,
          failures,
          last_failure: lastFailure,
          breaker: rest.breaker(task),
        })),
      },
    };
  });
}

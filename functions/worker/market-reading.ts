import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { MarketReading, PollReading } from '#shared/health/market-watch.ts';
import { venueOf } from './market-feeds.ts';
import type { WatchedBook } from './watched-books.ts';

/** How books, connections and polls are now. What is configured and not opened yet counts as a book that is not live. */
export function marketReading(books: readonly WatchedBook[], feeds: VenueFeeds | null): MarketReading {
  const live = new Set<string>();
  const statuses = (feeds?.streams ?? []).map((stream) => ({ venue: venueOf(stream), status: stream.status() }));
  for (const { status } of statuses) {
    for (const book of status.books) if (book.state === 'live') live.add(book.instrument);
  }
  const missing = new Set(feeds?.missing ?? []);
  return {
    books: books
      .filter(({ instrument }) => !missing.has(instrument))
      .map(({ instrument, venue, isPrimary }) => ({ instrument, venue, isPrimary, isLive: live.has(instrument) })),
    connections: statuses.map(({ venue, status: { connection, phase, sockets } }) => {
      return { venue, connection, isOpen: phase === 'open', sockets };
    }),
    polls: feeds === null ? [] : pollReadings(feeds),
  };
}

function pollReadings({ polls, accesses }: VenueFeeds): readonly PollReading[] {
  return [...Map.groupBy(polls, venueOf)].map(([venue, own]) => {
    const statuses = own.flatMap((poll) => poll.status());
    const rest = accesses.find((access) => access.venue === venue)?.rest;
    const isBreakerOpen = statuses.some(({ task }) => rest?.breaker(task) === 'open');
    return { venue, failures: Math.max(0, ...statuses.map(({ failures }) => failures)), isBreakerOpen };
  });
}

import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { BookFeed } from '#shared/market/book-sync/book-feed.ts';
import { BookInstruments } from '#shared/market/venues/book-instruments.ts';
import { createFrameReader, FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import type { BookSession } from './sessions.ts';

/** Our feed, ready for the frames of a session: the snapshot, where it comes over REST, is loaded. */
export function ourFeed(session: BookSession): BookFeed {
  const instruments = new BookInstruments(session.instruments);
  const feed = new BookFeed({
    reader: createFrameReader(session.syntax(), instruments),
    instruments,
    rule: session.rule,
    depth: session.depth,
    ...(session.checksum ? { checksum: new KrakenChecksum() } : {}),
    onRequest: ({ reason }) => {
      if (reason !== 'snapshot') throw new Error(`a book of "${session.name}" broke: ${reason}`);
    },
    nowMs: 0,
  });
  feed.opened(0);
  return feed;
}

/** Gives the feed the session's REST snapshot. Deltas before it must have been fed, or be dropped by the venue's rule. */
export function loadSnapshot(feed: BookFeed, session: BookSession): void {
  if (session.snapshot === null || session.replySyntax === null) return;
  const instruments = new BookInstruments(session.instruments);
  const reader = createFrameReader(session.replySyntax(session.instruments[0]!.symbol), instruments);
  const text = new FrameBytes();
  const length = text.fill(session.snapshot);
  feed.onRestReply(reader, text.bytes, length, 0);
}

/** Messages after which a book was live and verified. */
export function publishedBy(feed: BookFeed): number {
  return feed.books.reduce((sum, book) => sum + book.published, 0);
}

import type { BookFeed } from '#shared/market/book-sync/book-feed.ts';
import { garbageCollector } from './garbage-collector.ts';
import { loadSnapshot, ourFeed } from './ours.ts';
import type { BookSession } from './sessions.ts';

/** Updates whose allocation is counted, at least. */
const UPDATES = 150_000;
/** Readings of the session before that: the engine's own bookkeeping about the code is done by then. */
const WARM_READINGS = 6;

/** Heap bytes that an update leaves, over so many updates that the measurement's own objects do not count. */
export function allocationPerUpdate(session: BookSession): number {
  const collect = garbageCollector();
  const frames = session.frames.map((frame) => Buffer.from(frame));
  const readings = Math.ceil(UPDATES / frames.length);
  const feeds = Array.from({ length: WARM_READINGS + readings }, () => {
    const feed = ourFeed(session);
    loadSnapshot(feed, session);
    return feed;
  });
  for (let i = 0; i < WARM_READINGS; i++) readAll(feeds[i]!, frames);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = WARM_READINGS; i < feeds.length; i++) readAll(feeds[i]!, frames);
  return Math.max(0, process.memoryUsage().heapUsed - before) / (readings * frames.length);
}

function readAll(feed: BookFeed, frames: readonly Uint8Array[]): void {
  for (let i = 0; i < frames.length; i++) feed.onFrame(frames[i]!, frames[i]!.length, 0);
}

import { bandDepth, notionalImbalance } from '#shared/market/book/depth.ts';
import type { ReadableBook } from '#shared/market/book/order-book.ts';
import { midPrice, spreadBps } from '#shared/quant/metrics/book.ts';
import { loadSnapshot, ourFeed } from './ours.ts';
import type { BookSession } from './sessions.ts';

/** The middle of three runs' rounds is taken from, so that a preempted one does not make the tail. */
const ROUNDS = 5;
const BANDS_BPS = [10, 25, 100, 200] as const;
const IMBALANCE_LEVELS = 10;

/**
 * Wall time in microseconds from a frame's bytes over the published book to mid, spread, imbalance and depth in four bands: the
 * median frame and the 99th percentile, each frame at the shortest of its rounds.
 */
export function frameToMetrics(session: BookSession): { readonly p50: number; readonly p99: number } {
  const frames = session.frames.map((frame) => Buffer.from(frame));
  const best = new Float64Array(frames.length).fill(Number.POSITIVE_INFINITY);
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const feed = ourFeed(session);
    loadSnapshot(feed, session);
    for (const [index, frame] of frames.entries()) {
      const start = process.hrtime.bigint();
      feed.onFrame(frame, frame.length, 0);
      for (const { liveBook } of feed.books) if (liveBook !== null && feed.books.length === 1) sum += metricsOf(liveBook);
      const us = Number(process.hrtime.bigint() - start) / 1000;
      if (us < best[index]!) best[index] = us;
    }
  }
  if (!Number.isFinite(sum)) throw new Error(`metrics of "${session.name}" are not finite`);
  best.sort();
  return { p50: best[best.length >> 1]!, p99: best[Math.floor(best.length * 0.99)]! };
}

/** Sum of all metrics, so that none is computed for nothing. */
function metricsOf(book: ReadableBook): number {
  const { bestPrice: bid } = book.bids;
  const { bestPrice: ask } = book.asks;
  let sum = midPrice(bid, ask) + spreadBps(bid, ask) + (notionalImbalance(book, IMBALANCE_LEVELS) ?? 0);
  for (const bps of BANDS_BPS) {
    const depth = bandDepth(book, bps);
    sum += depth === null ? 0 : depth.bidCents + depth.askCents;
  }
  return Number.isNaN(sum) ? 0 : sum;
}

import { performance } from 'node:perf_hooks';
import { FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import { ccxtFeed } from './books/ccxt-feed.ts';
import { memoryOfBooks } from './books/memory.ts';
import { loadSnapshot, ourFeed, publishedBy } from './books/ours.ts';
import { type BookSession, generatedKraken, recordedBinanceSpot, recordedBinanceUsdm, recordedKraken } from './books/sessions.ts';

/**
 * Book updates per second from a frame's text to an updated and, where the venue has a checksum, verified book; the same frames
 * through ccxt.pro's own handlers and through JSON.parse alone. Ratios are of one run on one machine.
 */
const ROUNDS = 7;

interface Row {
  readonly session: string;
  readonly frames: number;
  readonly chars: number;
  readonly oursUs: number;
  readonly bytesUs: number;
  readonly jsonUs: number;
  readonly ccxtUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const sessions = [
  recordedBinanceSpot(),
  recordedBinanceUsdm(),
  recordedKraken(),
  generatedKraken(20_000, 1000),
  generatedKraken(20_000, 10),
];
const rows = sessions.map(measure);
print(rows);
const memory = memoryOfBooks(500, 1000);
console.log(`\nmemory of 500 books of depth 1000: ${memory.megabytes.toFixed(1)} MB (${memory.levels} levels)`);
console.log(`allocation per update: ${allocationPerUpdate(sessions[3]!).toFixed(1)} bytes`);

function measure(session: BookSession): Row {
  const { frames } = session;
  const chars = frames.reduce((sum, text) => sum + text.length, 0) / frames.length;
  const ours = best(() => runOurs(session));
  const bytes = best(() => runOurBytes(session));
  const json = best(() => runJson(frames));
  const ccxt = best(() => runCcxt(session), 1);
  const latency = latencies(session);
  const at = (share: number) => latency[Math.min(latency.length - 1, Math.floor(share * latency.length))]! / 1000;
  const us = (ms: number) => (ms * 1000) / frames.length;
  const each = { oursUs: us(ours), bytesUs: us(bytes), jsonUs: us(json), ccxtUs: us(ccxt) };
  return { session: session.name, frames: frames.length, chars, ...each, p50Us: at(0.5), p99Us: at(0.99) };
}

/** Shortest of some rounds after one to warm up: what else runs on the machine can only lengthen it. */
function best(run: () => number, rounds = ROUNDS): number {
  run();
  return Math.min(...Array.from({ length: rounds }, run));
}

/** From texts: the conversion to bytes is ours to pay. */
function runOurs(session: BookSession): number {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const text = new FrameBytes();
  const work = (): void => {
    for (const frame of session.frames) {
      const length = text.fill(frame);
      feed.onFrame(text.bytes, length, 0);
    }
  };
  return timed(work, () => publishedBy(feed) > 0.9 * session.frames.length);
}

/** From bytes, as a socket library hands them over. */
function runOurBytes(session: BookSession): number {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const frames = session.frames.map((frame) => Buffer.from(frame));
  return timed(() => {
    for (const frame of frames) feed.onFrame(frame, frame.length, 0);
  });
}

function runJson(frames: readonly string[]): number {
  let keys = 0;
  return timed(
    () => {
      for (const frame of frames) keys += Object.keys(JSON.parse(frame) as object).length;
    },
    () => keys > 0,
  );
}

function runCcxt(session: BookSession): number {
  const feed = ccxtFeed(session);
  return timed(
    () => {
      for (const frame of session.frames) feed.onText(frame);
    },
    () => feed.bestBid() > 0,
  );
}

function timed(work: () => void, worked: () => boolean = () => true): number {
  const start = performance.now();
  work();
  const elapsed = performance.now() - start;
  if (!worked()) throw new Error('the frames were not processed');
  return elapsed;
}

/** Nanoseconds of every frame, sorted. */
function latencies(session: BookSession): Float64Array {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const frames = session.frames.map((frame) => Buffer.from(frame));
  const times = new Float64Array(frames.length);
  for (const [index, frame] of frames.entries()) {
    const start = process.hrtime.bigint();
    feed.onFrame(frame, frame.length, 0);
    times[index] = Number(process.hrtime.bigint() - start);
  }
  return times.sort();
}

/** Heap bytes per update, the second half of a session measured after the first has warmed up. */
function allocationPerUpdate(session: BookSession): number {
  const feed = ourFeed(session);
  const frames = session.frames.map((frame) => Buffer.from(frame));
  const half = frames.length >> 1;
  for (let i = 0; i < half; i++) feed.onFrame(frames[i]!, frames[i]!.length, 0);
  const before = process.memoryUsage().heapUsed;
  for (let i = half; i < frames.length; i++) feed.onFrame(frames[i]!, frames[i]!.length, 0);
  return Math.max(0, process.memoryUsage().heapUsed - before) / (frames.length - half);
}

function print(rows: readonly Row[]): void {
  console.log('µs per frame; × = how many times longer than ours from text');
  for (const row of rows) {
    const times = (us: number) => `${us.toFixed(2)} (${(us / row.oursUs).toFixed(1)}×)`;
    console.log(
      `${row.session.padEnd(36)} ${row.frames} frames of ${row.chars.toFixed(0)} chars: ours ${row.oursUs.toFixed(2)}` +
        ` (${Math.round(1e6 / row.oursUs).toLocaleString('en')}/s), from bytes ${row.bytesUs.toFixed(2)}` +
        `, JSON.parse ${times(row.jsonUs)}, ccxt.pro ${times(row.ccxtUs)}; p50 ${row.p50Us.toFixed(2)}, p99 ${row.p99Us.toFixed(2)}`,
    );
  }
}

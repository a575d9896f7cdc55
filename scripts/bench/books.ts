import { FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import { ccxtFeed } from './books/ccxt-feed.ts';
import { memoryOfBooks } from './books/memory.ts';
import { loadSnapshot, ourFeed, publishedBy } from './books/ours.ts';
import { type BookSession, generatedKraken, recordedBinanceSpot, recordedBinanceUsdm, recordedKraken } from './books/sessions.ts';

/**
 * Book updates per second from a raw frame to an updated and, where the venue has a checksum, verified book; the same frames
 * through ccxt.pro's own handlers and through JSON.parse alone. The contestants take turns, the shortest of their rounds counts,
 * and time is processor time of this process: other work on the machine disturbs the ratios little.
 */
const ROUNDS = 7;
const CONTESTANTS = { bytes: fromBytes, text: fromText, json: parseOnly, ccxt: throughCcxt } as const;

type Contestant = keyof typeof CONTESTANTS;
type Times = Readonly<Record<Contestant, number>>;

const sessions = [
  recordedBinanceSpot(),
  recordedBinanceUsdm(),
  recordedKraken(),
  generatedKraken(20_000, 1000),
  generatedKraken(20_000, 10),
];

console.log('processor µs per frame; × = times ours from bytes, which is how a socket hands frames over');
for (const session of sessions) print(session, measure(session));
const memory = memoryOfBooks(500, 1000);
console.log(`memory of 500 books of depth 1000: ${memory.megabytes.toFixed(1)} MB for ${memory.levels} levels`);
console.log(`heap allocated per update: ${allocationPerUpdate(sessions[3]!).toFixed(1)} bytes`);

function measure(session: BookSession): Times {
  const best: Record<Contestant, number> = { bytes: Infinity, text: Infinity, json: Infinity, ccxt: Infinity };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of Object.keys(CONTESTANTS) as Contestant[]) {
      const us = CONTESTANTS[name](session);
      if (round > 0) best[name] = Math.min(best[name], us / session.frames.length);
    }
  }
  return best;
}

function fromBytes(session: BookSession): number {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const frames = session.frames.map((frame) => Buffer.from(frame));
  const work = (): void => {
    for (const frame of frames) feed.onFrame(frame, frame.length, 0);
  };
  return processorUs(work, () => publishedBy(feed) > 0.9 * frames.length);
}

/** From texts, the conversion to bytes included. */
function fromText(session: BookSession): number {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const text = new FrameBytes();
  const work = (): void => {
    for (const frame of session.frames) {
      const length = text.fill(frame);
      feed.onFrame(text.bytes, length, 0);
    }
  };
  return processorUs(work, () => publishedBy(feed) > 0.9 * session.frames.length);
}

function parseOnly({ frames }: BookSession): number {
  let keys = 0;
  const work = (): void => {
    for (const frame of frames) keys += Object.keys(JSON.parse(frame) as object).length;
  };
  return processorUs(work, () => keys > 0);
}

function throughCcxt(session: BookSession): number {
  const feed = ccxtFeed(session);
  const work = (): void => {
    for (const frame of session.frames) feed.onText(frame);
  };
  return processorUs(work, () => feed.bestBid() > 0);
}

function processorUs(work: () => void, worked: () => boolean): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  if (!worked()) throw new Error('the frames were not processed');
  return user + system;
}

/** Microseconds of single frames, from bytes to the published book: the median and the 99th percentile. */
function latencies(session: BookSession): readonly [p50: number, p99: number] {
  const feed = ourFeed(session);
  loadSnapshot(feed, session);
  const frames = session.frames.map((frame) => Buffer.from(frame));
  const times = new Float64Array(frames.length);
  for (const [index, frame] of frames.entries()) {
    const start = process.hrtime.bigint();
    feed.onFrame(frame, frame.length, 0);
    times[index] = Number(process.hrtime.bigint() - start) / 1000;
  }
  times.sort();
  return [times[times.length >> 1]!, times[Math.floor(times.length * 0.99)]!];
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

function print(session: BookSession, times: Times): void {
  const chars = session.frames.reduce((sum, text) => sum + text.length, 0) / session.frames.length;
  const [p50, p99] = latencies(session);
  const part = (name: string, us: number) => `${name} ${us.toFixed(2)} (${(us / times.bytes).toFixed(1)}×)`;
  console.log(`\n${session.name}: ${session.frames.length} frames of ${chars.toFixed(0)} characters`);
  console.log(
    `  ours ${times.bytes.toFixed(2)}, ${Math.round(1e6 / times.bytes).toLocaleString('en')} updates/s, wall p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)}`,
  );
  console.log(`  ${part('ours from text', times.text)}, ${part('JSON.parse', times.json)}, ${part('ccxt.pro', times.ccxt)}`);
}

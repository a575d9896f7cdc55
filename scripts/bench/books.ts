/**
 * Book updates per second from a raw frame to an updated and, where the venue has a checksum, verified book; the same frames
 * through ccxt.pro's own handlers and through JSON.parse alone, in turns in one process. Every chunk of a session, half a
 * millisecond for everybody, counts with the shortest of its rounds: other work on the machine disturbs the ratios little. What
 * the garbage of a contestant costs is thereby hardly counted. Ends with 1 when a bound is missed.
 */
import { allocationPerUpdate } from './books/allocation.ts';
import { measureSession, type SessionTimes } from './books/contestants.ts';
import { frameToMetrics } from './books/latency.ts';
import { memoryOfBooks } from './books/memory.ts';
import { type BookSession, generatedKraken, recordedBinanceSpot, recordedBinanceUsdm, recordedKraken } from './books/sessions.ts';
import { Bounds } from './bounds.ts';

/** How often ours must fit into the time of whoever does the same work. */
const LEAST_RATIO = 25;
/** Heap bytes that an update may leave: less than one object. */
const MOST_ALLOCATED = 24;

const bounds = new Bounds();
const sessions = [
  recordedBinanceSpot(),
  recordedBinanceUsdm(),
  recordedKraken(),
  generatedKraken(20_000, 1000),
  generatedKraken(20_000, 10),
];

console.log('µs per frame; × = times ours from bytes, which is how a socket hands frames over');
for (const session of sessions) print(session, measureSession(session));

const memory = memoryOfBooks(500, 1000);
console.log(`\nmemory of 500 books of ${memory.levels / 500} levels: ${Math.round(memory.bytesPerBook / 1024)} KB a book`);
console.log(`resident memory of the process ${memory.residentMb.before.toFixed(0)} → ${memory.residentMb.after.toFixed(0)} MB`);
for (const session of [recordedBinanceUsdm(), generatedKraken(20_000, 1000)]) {
  const bytes = allocationPerUpdate(session);
  bounds.atMost(`heap bytes per update, ${session.name}`, bytes, MOST_ALLOCATED);
}
bounds.print();
process.exitCode = bounds.missed ? 1 : 0;

function print(session: BookSession, times: SessionTimes): void {
  const chars = session.frames.reduce((sum, text) => sum + text.length, 0) / session.frames.length;
  const { p50, p99 } = frameToMetrics(session);
  const part = (name: string, us: number | null) =>
    us === null ? [] : [`${name} ${us.toFixed(2)} (${(us / times.bytes).toFixed(1)}×)`];
  const others = [
    ...part('ours from text', times.text),
    ...part('JSON.parse', times.json),
    ...part('ccxt.pro', times.ccxt),
    ...part('ccxt.pro with checksum', times.ccxtVerified),
  ];
  console.log(`\n${session.name}: ${session.frames.length} frames of ${chars.toFixed(0)} characters`);
  console.log(
    `  ours ${times.bytes.toFixed(2)}, ${Math.round(1e6 / times.bytes).toLocaleString('en')} updates/s; ${others.join(', ')}`,
  );
  console.log(`  frame to metrics, wall: p50 ${p50.toFixed(2)} µs, p99 ${p99.toFixed(2)} µs`);
  const sameWork = times.ccxtVerified ?? times.ccxt;
  bounds.atLeast(`ccxt.pro doing the same work / ours, ${session.name}`, sameWork / times.bytes, LEAST_RATIO);
  bounds.atLeast(`JSON.parse alone / ours, ${session.name}`, times.json / times.bytes, 1);
}

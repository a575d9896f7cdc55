import type { StreamConnection } from '#shared/adapters/venues/stream-connection.ts';
import type { RecoverableName } from '#shared/contracts/recovery.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { RecoveryTarget } from '#shared/supervision/recovery-desk.ts';
import type { Supervisor } from '#shared/supervision/supervisor.ts';
import { type MarketFeeds, venueOf } from './market-feeds.ts';

/** What a component that was asked to end may take; one that hangs cannot be recovered within this process. */
const END_WITHIN_MS = 10_000;
/** What a socket and its snapshots may take. */
const BOOKS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 250;

/** How each component is brought back: by its own supervisor, or, for one venue, by new sockets alone. */
export function recoveryTargets(
  clock: Clock,
  supervisor: Supervisor,
  feeds: MarketFeeds,
): Readonly<Partial<Record<RecoverableName, RecoveryTarget>>> {
  const halt = async (name: RecoverableName): Promise<void> => {
    const late = clock.sleep(END_WITHIN_MS).then(() => Promise.reject(new Error(`${name} does not end; restart the process`)));
    await Promise.race([supervisor.halt(name), late]);
  };
  const restarted = (name: RecoverableName): RecoveryTarget => ({
    steps: [
      ['stop', () => halt(name)],
      ['reconnect', async () => supervisor.begin(name)],
    ],
    isFresh: (sinceMs) => progressMs(supervisor, name, clock.nowMs()) > sinceMs,
  });
  /** One venue's sockets are ended and opened without stopping the others. */
  const reconnect = async (venue: string | null): Promise<void> => {
    if (isRunning(supervisor)) return feeds.reconnect(venue);
    await halt('ws_manager');
    supervisor.begin('ws_manager');
  };
  return {
    db_writer: restarted('db_writer'),
    rest_collector: restarted('rest_collector'),
    ws_manager: {
      steps: [
        ['reconnect', reconnect],
        ['resnapshot', (venue) => booksLive(clock, feeds, venue)],
      ],
      isFresh: (sinceMs, venue) => streamsOf(feeds, venue).every((stream) => spokeSince(stream, clock.nowMs() - sinceMs)),
    },
    quant_engine: restarted('quant_engine'),
  };
}

function progressMs(supervisor: Supervisor, name: RecoverableName, nowMs: number): number {
  return supervisor.facts(nowMs).find((each) => each.name === name)?.facts?.progressMs ?? 0;
}

function isRunning(supervisor: Supervisor): boolean {
  return supervisor.facts(0).some(({ name, state }) => name === 'ws_manager' && state.phase === 'running');
}

/** Waits until every book of a venue is live again. */
async function booksLive(clock: Clock, feeds: MarketFeeds, venue: string | null): Promise<void> {
  for (const endMs = clock.nowMs() + BOOKS_WITHIN_MS; clock.nowMs() < endMs; await clock.sleep(LOOK_EVERY_MS)) {
    const streams = streamsOf(feeds, venue);
    const books = streams.flatMap((stream) => stream.status().books);
    if (streams.length > 0 && books.every(({ state }) => state === 'live')) return;
  }
  throw new Error(`not every book is live after ${BOOKS_WITHIN_MS / 1000} s`);
}

function streamsOf(feeds: MarketFeeds, venue: string | null): readonly StreamConnection[] {
  return (feeds.current?.streams ?? []).filter((stream) => venue === null || venueOf(stream) === venue);
}

function spokeSince(stream: StreamConnection, agoMs: number): boolean {
  const { lastFrameAgeMs } = stream.status();
  return lastFrameAgeMs !== null && lastFrameAgeMs < agoMs;
}

import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import { DEFAULT_PACE, type EventPace } from '../../market/feed/book-publisher.ts';
import { planConnections } from '../../market/feed/plan-subscriptions.ts';
import type { VenueProtocol } from '../../market/feed/venue-protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRecorder } from '../../ports/frame-recorder.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { OpenSocket } from '../net/web-socket.ts';
import type { SocketNumbers } from './socket-numbers.ts';
import { StreamConnection } from './stream-connection.ts';
import type { VenueAccess } from './venue-access.ts';

/** REST snapshots of one connection's books are through by then, so the next connection may begin. */
const SNAPSHOT_STAGGER_MS = 6_000;

export interface OpenStreamsDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  readonly logger: Logger;
  readonly openSocket: OpenSocket;
  readonly recorder: FrameRecorder | null;
  readonly socketNumbers: SocketNumbers;
}

/** The connections that follow `instruments`, as many as the venue's limits ask for; nothing is opened until they run. */
export function openStreams(
  deps: OpenStreamsDeps,
  access: VenueAccess,
  protocol: VenueProtocol,
  instruments: readonly InstrumentSpec[],
  pace: EventPace = DEFAULT_PACE,
): readonly StreamConnection[] {
  const url = access.socketUrl(protocol.feedId, protocol.url);
  const fetchBook = (path: string, signal: AbortSignal) => access.rest.get('book', path, signal);
  const shares = planConnections(instruments, protocol.streamsOf, protocol.sharedStreams, protocol.limits);
  return shares.map((share, index) => {
    const startDelayMs = protocol.snapshot === null ? 0 : index * SNAPSHOT_STAGGER_MS;
    const { attempts, health } = access;
    const options = { protocol, url, instruments: share, number: index + 1, attempts, health, pace, startDelayMs };
    return new StreamConnection({ ...deps, fetchBook }, options);
  });
}

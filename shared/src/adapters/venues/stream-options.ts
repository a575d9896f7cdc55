import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import type { EventPace } from '../../market/feed/book-publisher.ts';
import type { HealthWindow } from '../../market/feed/health-window.ts';
import type { HostAttempts } from '../../market/feed/host-attempts.ts';
import type { VenueProtocol } from '../../market/feed/venue-protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameRecorder } from '../../ports/frame-recorder.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { OpenSocket } from '../net/web-socket.ts';
import type { SocketNumbers } from './socket-numbers.ts';

/** What a connection uses of the world. */
export interface StreamDeps {
  readonly clock: Clock;
  /** Jitter. */
  readonly random: Pick<Random, 'next'>;
  readonly logger: Logger;
  readonly openSocket: OpenSocket;
  /** Body of a REST read; rejects when it cannot be had. */
  readonly fetchBook: (path: string, signal: AbortSignal) => Promise<Uint8Array>;
  readonly recorder: FrameRecorder | null;
  readonly socketNumbers: SocketNumbers;
}

/** What a connection follows, and where. */
export interface StreamOptions {
  readonly protocol: VenueProtocol;
  readonly url: string;
  readonly instruments: readonly InstrumentSpec[];
  /** Number of this connection among those of the feed, from 1. */
  readonly number: number;
  readonly attempts: HostAttempts;
  readonly health: HealthWindow;
  readonly pace: EventPace;
  /** The first socket is not opened earlier: REST snapshots of several connections share one budget. */
  readonly startDelayMs: number;
}

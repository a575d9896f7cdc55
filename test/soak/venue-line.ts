import type { HttpIo } from '#shared/adapters/net/bounded-fetch.ts';
import type { OpenSocket } from '#shared/adapters/net/web-socket.ts';
import type { SimulatedEndpoints } from '#shared/adapters/venues/venue-access.ts';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { FrameSubject } from '#shared/simulator/streams/stream-session.ts';
import type { SoakClock } from './market-clock.ts';

/** What is told of a line while it is used. */
export interface LineEvents {
  /** A client opened a socket; nothing that others brought counts any more. */
  opened(surface: LiveSurface): void;
  /** Anything came on its socket. */
  spoke(surface: LiveSurface): void;
  /** A client has read a book message, whatever it made of it. */
  consumed(surface: LiveSurface, about: FrameSubject): void;
}

/** How clients reach the simulator. */
export interface VenueLine {
  readonly name: string;
  readonly clock: SoakClock;
  readonly openSocket: OpenSocket;
  readonly http: HttpIo;
  readonly endpoints: SimulatedEndpoints;
  close(): Promise<void>;
}

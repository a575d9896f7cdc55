import { performance } from 'node:perf_hooks';
import type { LiveSurface } from '../../simulator/live/live-instrument.ts';
import { type Replay, ReplaySimulator } from '../../simulator/replay/replay-simulator.ts';
import { serveHttp } from './serve-http.ts';
import { simulatedEndpoints } from './simulated-endpoints.ts';
import { STREAM_PATHS, serveStreams } from './stream-sockets.ts';

export interface ReplayServerOptions {
  /** `wall` (default): the recorded clock goes by itself. `virtual`: only `advance` moves it. */
  readonly clock?: 'wall' | 'virtual';
  /** Seconds of recorded time in a second of wall clock, default 1. */
  readonly speed?: number;
  /** 0 (default) = any free port. */
  readonly port?: number;
  readonly host?: '127.0.0.1' | '::1' | 'localhost';
}

/** Recordings behind the simulator's sockets. */
export interface RunningReplay {
  /** Base url without a trailing slash. */
  readonly url: string;
  readonly endpoints: ReturnType<typeof simulatedEndpoints>;
  readonly streamUrls: Readonly<Partial<Record<LiveSurface, string>>>;
  /** The recorded clock. */
  nowMs(): number;
  advance(ms: number): void;
  /** SHA-256 over everything asked and connected so far. */
  eventLogHash(): string;
  close(): Promise<void>;
}

const TICK_MS = 20;
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Serves recordings on a loopback port where a live simulator would be: the same paths, no model. Throws SIM_PORT_REFUSED. */
export async function startReplay(replay: Replay, options: ReplayServerOptions = {}): Promise<RunningReplay> {
  const simulator = new ReplaySimulator(replay);
  const isVirtual = options.clock === 'virtual';
  const host = options.host ?? '127.0.0.1';
  const listening = await serveHttp({ handle: (request) => simulator.handle(request) }, options.port ?? 0, host);
  const { server, url } = listening;
  const endStreams = serveStreams(server, simulator, MOST_BUFFERED_BYTES);
  const stopTime = isVirtual ? () => undefined : letTimePass(simulator, options.speed ?? 1);
  const surfaces = new Set(replay.streams.map(({ surface }) => surface));
  const streams = [...surfaces].map((surface) => [surface, url.replace(/^http/, 'ws') + STREAM_PATHS[surface]] as const);
  return {
    url,
    endpoints: simulatedEndpoints(url),
    streamUrls: Object.fromEntries(streams),
    nowMs: () => simulator.nowMs,
    advance: (ms) => {
      if (isVirtual) simulator.advanceTo(simulator.nowMs + ms);
    },
    eventLogHash: () => simulator.log.hash(),
    close: () => {
      stopTime();
      endStreams();
      return listening.close();
    },
  };
}

/** Returns what stops it. */
function letTimePass(simulator: ReplaySimulator, speed: number): () => void {
  const [startMs, startedMs] = [simulator.nowMs, performance.now()];
  const timer = setInterval(() => {
    simulator.advanceTo(Math.floor(startMs + (performance.now() - startedMs) * speed));
  }, TICK_MS);
  return () => clearInterval(timer);
}

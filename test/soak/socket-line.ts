import { openWebSocket } from '#shared/adapters/net/web-socket.ts';
import { serveHttp } from '#shared/adapters/simulator/serve-http.ts';
import { STREAM_PATHS, type StreamHost, serveStreams } from '#shared/adapters/simulator/stream-sockets.ts';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import type { FrameSubject } from '#shared/simulator/streams/stream-session.ts';
import { marketClock } from './market-clock.ts';
import type { LineEvents, VenueLine } from './venue-line.ts';

/** Messages of a surface that may be under way at once. */
const MOST_UNDER_WAY = 4_000;
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Clients and simulator over HTTP and WebSockets on loopback, on the machine's clock, `speed` times as fast. */
export async function socketLine(simulator: LiveSimulator, events: LineEvents, speed: number): Promise<VenueLine> {
  const sent = new Map(LIVE_SURFACES.map((surface) => [surface, new Map<string, FrameSubject>()]));
  const listening = await serveHttp({ handle: (request) => simulator.handle(request) }, 0, '127.0.0.1');
  const endStreams = serveStreams(listening.server, tapped(simulator, sent), MOST_BUFFERED_BYTES);
  const base = listening.url.replace(/^http/, 'ws');
  const urlOf = (surface: LiveSurface): string => base + STREAM_PATHS[surface];
  const clock = marketClock(simulator, speed);
  return {
    name: `over sockets on loopback, ${speed} times as fast as the clock`,
    clock,
    openSocket: (url, client) => {
      const surface = LIVE_SURFACES.find((name) => url === urlOf(name))!;
      return openWebSocket(url, {
        ...client,
        opened: () => {
          events.opened(surface);
          client.opened();
        },
        control: () => {
          events.spoke(surface);
          client.control();
        },
        frame: (bytes, isBinary) => {
          const about = sent.get(surface)!.get(new TextDecoder().decode(bytes));
          events.spoke(surface);
          client.frame(bytes, isBinary);
          if (about !== undefined) events.consumed(surface, about);
        },
      });
    },
    http: { fetch: (url, init) => fetch(url, init), timeout: (ms) => clock.timeout(ms) },
    endpoints: {
      rest: Object.fromEntries(['kraken', 'krakenfutures', 'gate'].map((venue) => [venue, `${listening.url}/${venue}`])),
      sockets: {
        'kraken.spot': urlOf('kraken_spot'),
        'krakenfutures.perp': urlOf('kraken_futures'),
        'gate.spot': urlOf('gate_spot'),
        'gate.perp': urlOf('gate_futures'),
      },
    },
    close: () => {
      endStreams();
      return listening.close();
    },
  };
}

/** Remembers what every book message is about: its text is all that a socket carries. */
function tapped(simulator: LiveSimulator, sent: ReadonlyMap<LiveSurface, Map<string, FrameSubject>>): StreamHost {
  return {
    refuses: (surface) => simulator.refuses(surface),
    connect: (surface, outlet) => {
      const known = sent.get(surface)!;
      return simulator.connect(surface, {
        send: (text, about) => {
          if (about?.channel === 'book') remember(known, text, about);
          outlet.send(text, about);
        },
        close: (code, reason) => outlet.close(code, reason),
      });
    },
    receive: (connection, text) => simulator.receive(connection, text),
    dropSlow: (connection, bytes) => simulator.dropSlow(connection, bytes),
    disconnected: (connection) => simulator.disconnected(connection),
  };
}

function remember(known: Map<string, FrameSubject>, text: string, about: FrameSubject): void {
  known.set(text, about);
  if (known.size <= MOST_UNDER_WAY) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    break;
  }
}

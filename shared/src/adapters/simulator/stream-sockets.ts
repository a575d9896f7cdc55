import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { LiveSurface } from '../../simulator/live/live-instrument.ts';
import type { LiveConnection } from '../../simulator/live-connection.ts';
import type { FrameSubject } from '../../simulator/streams/stream-session.ts';

/** Path of each venue's stream below the base url; the venue's own path follows the venue's name. */
export const STREAM_PATHS: Readonly<Record<LiveSurface, string>> = {
  kraken_spot: '/kraken/v2',
  kraken_futures: '/krakenfutures/ws/v1',
  gate_spot: '/gate/ws/v4/',
  gate_futures: '/gate/v4/ws/usdt',
};

/** What takes connections: the simulator, a recording, or somebody between them and the clients. */
export interface StreamHost<C extends StreamPeer = LiveConnection> {
  refuses(surface: LiveSurface): boolean;
  connect(surface: LiveSurface, outlet: StreamEnd): C | null;
  receive(connection: C, text: string): void;
  dropSlow(connection: C, bufferedBytes: number): void;
  disconnected(connection: C): void;
}

/** A connection as its socket sees it. */
export interface StreamPeer {
  readonly isAlive: boolean;
}

/** The client's end. `about` is for those between: it is not on the wire. */
export interface StreamEnd {
  send(data: string | Uint8Array, about?: FrameSubject | null): void;
  close(code: number, reason: string): void;
}

/** Longest message of a client. */
const MOST_REQUEST_BYTES = 65_536;

/** Upgrades of an HTTP server become streams of the simulator. Returns what ends them all. */
export function serveStreams<C extends StreamPeer>(
  server: Server,
  simulator: StreamHost<C>,
  mostBufferedBytes: number,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: MOST_REQUEST_BYTES,
  });
  server.on('upgrade', (request, socket, head) => {
    const surface = surfaceOf(request);
    if (surface === undefined) refuse(socket, '404 Not Found');
    else if (simulator.refuses(surface)) refuse(socket, '503 Service Unavailable');
    else sockets.handleUpgrade(request, socket, head, (client) => connect(client, surface, simulator, mostBufferedBytes));
  });
  return () => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}

function surfaceOf({ url = '' }: IncomingMessage): LiveSurface | undefined {
  const path = (url.split('?')[0] ?? '').replace(/\/+$/, '');
  const match = Object.entries(STREAM_PATHS).find(([, known]) => known.replace(/\/+$/, '') === path);
  return match?.[0] as LiveSurface | undefined;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function connect<C extends StreamPeer>(
  client: WebSocket,
  surface: LiveSurface,
  simulator: StreamHost<C>,
  mostBufferedBytes: number,
): void {
  const connection = simulator.connect(surface, {
    send: (data) => {
      if (client.bufferedAmount <= mostBufferedBytes) client.send(data);
      else if (connection !== null) simulator.dropSlow(connection, client.bufferedAmount);
    },
    close: (code, reason) => {
      // A client that reads nothing never sees the close frame either.
      if (client.bufferedAmount > 0) client.terminate();
      else client.close(code, reason);
    },
  });
  if (connection === null) {
    client.terminate();
    return;
  }
  client.on('message', (data) => simulator.receive(connection, textOf(data)));
  client.on('ping', (data) => {
    if (connection.isAlive) client.pong(data);
  });
  client.on('error', () => client.terminate());
  client.on('close', () => simulator.disconnected(connection));
}

function textOf(data: RawData): string {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  return new TextDecoder().decode(bytes);
}

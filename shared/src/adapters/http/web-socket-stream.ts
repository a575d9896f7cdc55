import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { parsedUrl } from './read-request.ts';
import { isSameOrigin } from './same-origin.ts';
import type { StreamClient, StreamClients } from './stream-clients.ts';
import { streamWish } from './stream-wish.ts';

const PATH = '/stream';
/** Clients have nothing to say. */
const MOST_MESSAGE_BYTES = 1024;

/** Upgrades of `/stream` become stream clients; others are refused. Returns what ends them. */
export function serveWebSockets(server: Server, clients: StreamClients): () => void {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    const wish = wishOf(request, clients);
    if (typeof wish === 'string') refuse(socket, wish);
    else sockets.handleUpgrade(request, socket, head, (webSocket) => connect(webSocket, clients, wish));
  });
  return () => {
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

/** What the client wants, or the status line that refuses it. */
function wishOf(request: IncomingMessage, clients: StreamClients) {
  const url = parsedUrl(request.url ?? '/');
  if (url?.path !== PATH) return '404 Not Found';
  if (!isSameOrigin(request)) return '403 Forbidden';
  const wish = streamWish(url.query);
  if (typeof wish === 'string' || clients.unknownTopics(wish).length > 0) return '400 Bad Request';
  return clients.isFull ? '503 Service Unavailable' : wish;
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function connect(webSocket: WebSocket, clients: StreamClients, wish: Exclude<ReturnType<typeof wishOf>, string>): void {
  const client: StreamClient = {
    send: ({ text }) => webSocket.send(text),
    buffered: () => webSocket.bufferedAmount,
    drop: () => webSocket.terminate(),
  };
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', () => clients.remove(client));
  clients.add(client, wish);
}

import type { ServerResponse } from 'node:http';
import type { HttpAnswer, HttpRequest } from '../../ports/http-handler.ts';
import type { StreamText } from '../../ports/stream-source.ts';
import { errorAnswer } from './read-request.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { StreamClient, StreamClients } from './stream-clients.ts';
import { lastSeen, lastSeenText, streamWish } from './stream-wish.ts';

/**
 * Opens `/events`: the stream for clients without WebSocket. The id of each event names everything the connection has seen, so that
 * a browser that comes back with `Last-Event-ID` goes on where it was. Gives the refusal when the request cannot be served.
 */
export function eventStream(clients: StreamClients, request: HttpRequest, response: ServerResponse): HttpAnswer | undefined {
  if (request.method !== 'GET') return errorAnswer(405, 'the stream is read with GET', { Allow: 'GET' });
  const asked = streamWish(request.query);
  if (typeof asked === 'string') return errorAnswer(400, asked);
  const again = lastSeen(request.headers['last-event-id'] ?? '', asked.topics);
  // An id that is not ours is no reason to turn a browser away: it begins with snapshots.
  const wish = typeof again === 'string' ? asked : { ...asked, from: { ...asked.from, ...again } };
  const unknown = clients.unknownTopics(wish);
  if (unknown.length > 0) return errorAnswer(400, `unknown topics: ${unknown.join(', ')}`);
  if (clients.isFull) return errorAnswer(503, 'too many connections; come back later', { 'Retry-After': '10' });
  response.writeHead(200, { ...SECURITY_HEADERS, 'Content-Type': 'text/event-stream; charset=utf-8' });
  const client = sseClient(response, new Map(Object.entries(wish.from)));
  response.on('close', () => clients.remove(client));
  clients.add(client, wish);
  return undefined;
}

function sseClient(response: ServerResponse, seen: Map<string, number>): StreamClient {
  return {
    send: (message) => {
      if (message.seq !== null) seen.set(message.event, message.seq);
      response.write(sseText(message, seen));
    },
    buffered: () => response.writableLength,
    drop: () => response.destroy(),
  };
}

function sseText({ event, seq, text }: StreamText, seen: ReadonlyMap<string, number>): string {
  return seq === null ? ': heartbeat\n\n' : `id: ${lastSeenText(seen)}\nevent: ${event}\ndata: ${text}\n\n`;
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '../../ports/http-handler.ts';
import type { Logger } from '../../ports/logger.ts';
import type { StreamSource } from '../../ports/stream-source.ts';
import { errorAnswer, readRequest } from './read-request.ts';
import { isSameOrigin } from './same-origin.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { eventStream } from './server-sent-events.ts';
import { StreamClients } from './stream-clients.ts';
import { serveWebSockets } from './web-socket-stream.ts';

export interface HttpServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Asked in this order; the first that knows the path answers. */
  readonly handlers: readonly HttpHandler[];
  /** What `/stream` (WebSocket) and `/events` (server-sent events) carry; absent = no such paths. */
  readonly stream?: StreamSource;
}

export interface HttpServerFacts {
  readonly requests: number;
  /** Answers with a status of 500 or more. */
  readonly failures: number;
  readonly streamClients: number;
  /** Stream clients that were dropped because they did not read. */
  readonly slowDropped: number;
}

export interface RunningHttpServer {
  /** Base URL without a trailing slash. */
  readonly url: string;
  facts(): HttpServerFacts;
  /** Stops listening and drops every connection; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Serves handlers and a stream on one port, every answer with the security headers of operations spec §7. A handler that fails is
 * answered 500 and logged without the request's content. Throws HTTP_PORT_REFUSED.
 */
export async function startHttpServer(deps: HttpServerDeps, options: HttpServerOptions): Promise<RunningHttpServer> {
  const counters = { requests: 0, failures: 0 };
  const clients = options.stream === undefined ? undefined : new StreamClients(options.stream);
  const server = createServer((request, response) => {
    counters.requests += 1;
    respond(deps, options, clients, request, response)
      .then((status) => {
        if (status >= 500) counters.failures += 1;
      })
      .catch(() => response.destroy());
  });
  const stopSockets = clients === undefined ? undefined : serveWebSockets(server, clients);
  await listen(server, options);
  const stopBeats = clients?.beat(deps.clock);
  return {
    url: urlOf(server),
    facts: () => ({ ...counters, streamClients: clients?.size ?? 0, slowDropped: clients?.slowDropped ?? 0 }),
    close: async () => {
      stopBeats?.();
      stopSockets?.();
      clients?.close();
      await stop(server);
    },
  };
}

/** An upgrade never comes here: the sockets' own server takes it. */
const WANTS_UPGRADE = errorAnswer(426, 'this path is a WebSocket; /events has the same as server-sent events', {
  Upgrade: 'websocket',
});

/** Answers one request; gives the status, 0 for a stream that was opened. */
async function respond(
  { logger }: HttpServerDeps,
  { handlers }: HttpServerOptions,
  clients: StreamClients | undefined,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<number> {
  const request = await readRequest(message);
  if ('status' in request) return send(response, request, message.method);
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameOrigin(message)) {
    return send(response, errorAnswer(403, 'requests that change something come from no other site'), message.method);
  }
  if (clients !== undefined && request.path === '/events') {
    const refusal = eventStream(clients, request, response);
    return refusal === undefined ? 0 : send(response, refusal, message.method);
  }
  if (clients !== undefined && request.path === '/stream') return send(response, WANTS_UPGRADE, message.method);
  try {
    return send(response, await firstAnswer(handlers, request), message.method);
  } catch (error) {
    const { code = 'UNEXPECTED', message: text } = error as Partial<LivepoolError> & Error;
    logger.error('http.request_failed', { path: request.path, code, message: text });
    return send(response, errorAnswer(500, 'the server failed; its log says why'), message.method);
  }
}

/** HEAD is GET without the body; a path nobody knows is 404. */
async function firstAnswer(handlers: readonly HttpHandler[], request: HttpRequest): Promise<HttpAnswer> {
  const asked = request.method === 'HEAD' ? { ...request, method: 'GET' } : request;
  for (const handler of handlers) {
    const answer = await handler(asked);
    if (answer !== undefined) return answer;
  }
  return errorAnswer(404, 'there is nothing at this path');
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer, method = 'GET'): number {
  const isText = typeof body === 'string';
  const bytes = body instanceof Uint8Array ? body : Buffer.from(isText ? body : JSON.stringify(body));
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': type,
    ...headers,
    'Content-Length': bytes.length,
  });
  response.end(method === 'HEAD' ? undefined : bytes);
  return status;
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(portRefused(host, port, cause)));
    server.listen(port, host, resolve);
  });
}

function portRefused(host: string, port: number, cause: Error): LivepoolError {
  const message = `cannot listen on ${host}:${port}: ${cause.message}; choose another port, or 0 for any free one`;
  return new LivepoolError('HTTP_PORT_REFUSED', 'terminal', message, { host, port }, cause);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

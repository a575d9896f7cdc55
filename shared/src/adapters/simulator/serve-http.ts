import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LivepoolError } from '../../core/errors.ts';
import type { ExchangeRequest } from '../../simulator/exchange.ts';
import type { Delivery } from '../../simulator/faults/fault-answer.ts';
import type { VenueAnswer } from '../../simulator/venues/venue-http.ts';
import { readBody } from './control-requests.ts';

export interface HttpParts {
  handle(request: ExchangeRequest): Delivery;
  /** Answers `/__sim/…`; absent = no such paths. */
  readonly control?: (request: IncomingMessage) => Promise<VenueAnswer>;
}

export interface Listening {
  readonly server: Server;
  /** Base url without a trailing slash, for example `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Stops listening and drops every connection; resolves when the port is free. */
  close(): Promise<void>;
}

/** Serves a simulated exchange on a loopback port; 0 = any free one. Throws `SIM_PORT_REFUSED`. */
export async function serveHttp(parts: HttpParts, port: number, host: string): Promise<Listening> {
  const started = performance.now();
  const server = createServer((request, response) => {
    respond(parts, performance.now() - started, request, response).catch((error: unknown) => {
      // A fault of ours, not a simulated one: say so instead of looking like a venue.
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`sample exchange: ${String(error)}`);
    });
  });
  await listen(server, port, host);
  const { port: bound, family, address } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  return {
    server,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () => {
      stopped ??= stop(server);
      return stopped;
    },
  };
}

async function respond(parts: HttpParts, atMs: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.url ?? '/';
  if (parts.control !== undefined && target.startsWith('/__sim/')) {
    const answer = await parts.control(request);
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  const client = request.socket.remoteAddress ?? 'unknown';
  const method = request.method ?? 'GET';
  if (method === 'GET') request.resume();
  const sent = method === 'GET' ? {} : { headers: plainHeaders(request), body: await readBody(request) };
  await send(parts.handle({ client, method, target, atMs, ...sent }), response);
}

/** One value a name. */
function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function send({ answer, delayMs, mode }: Delivery, response: ServerResponse): Promise<void> {
  if (mode === 'hang') return;
  if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  if (mode === 'whole') {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy());
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(portRefused(port, host, cause)));
    server.listen(port, host, resolve);
  });
}

function portRefused(port: number, host: string, cause: Error): LivepoolError {
  const message = `cannot listen on ${host}:${port}: ${cause.message}; choose another port, or 0 for any free one`;
  return new LivepoolError('SIM_PORT_REFUSED', 'terminal', message, { host, port }, cause);
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

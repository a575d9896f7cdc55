import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Google as the doctor sees it from outside: permissions and the time are answered here, objects by the storage server behind. */
export interface StackStandIn {
  readonly endpoint: string;
  /** Permissions that the caller has everywhere. */
  readonly granted: Set<string>;
  /** Added to the time that its answers carry, in ms. */
  clockOffsetMs: number;
  readonly stop: () => Promise<void>;
}

/** Starts a stand-in before a storage server. */
export async function startStackStandIn(storageEndpoint: string): Promise<StackStandIn> {
  const server = createServer((request, response) => {
    serve(standIn, storageEndpoint, request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const standIn: StackStandIn = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    granted: new Set(['storage.objects.get', 'storage.objects.list']),
    clockOffsetMs: 0,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return standIn;
}

async function serve(
  { granted, clockOffsetMs }: StackStandIn,
  storageEndpoint: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('date', new Date(Date.now() + clockOffsetMs).toUTCString());
  const url = new URL(request.url ?? '/', storageEndpoint);
  if (request.method === 'HEAD') {
    response.writeHead(404).end();
  } else if (/testPermissions$|:testIamPermissions$/.test(url.pathname)) {
    const asked = request.method === 'GET' ? url.searchParams.getAll('permissions') : await askedIn(request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ permissions: asked.filter((permission) => granted.has(permission)) }));
  } else {
    const answer = await fetch(url, { headers: request.headers as Record<string, string> });
    response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date')));
    response.end(new Uint8Array(await answer.arrayBuffer()));
  }
}

async function askedIn(request: IncomingMessage): Promise<readonly string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return (JSON.parse(Buffer.concat(chunks).toString('utf8')) as { permissions: string[] }).permissions;
}

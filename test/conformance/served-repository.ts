import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Repository, Served } from './case.ts';

/** A local server of one hostile repository at a time. */
export interface RepositoryServer {
  /** Serves this repository from now on; returns its base URL, which no earlier one had. */
  serve(repository: Repository): string;
  /** Bytes handed out since `serve`. */
  bytesSent(): number;
  close(): Promise<void>;
}

/** An endless body gives up after this many bytes, so that a reader without a cap fails instead of hanging. */
export const ENDLESS_BYTES = 72 * 1_048_576;

export async function repositoryServer(): Promise<RepositoryServer> {
  let repository: Repository = new Map();
  let turn = 0;
  let sent = 0;
  const reads = new Map<string, number>();
  const server = createServer((request, response) => {
    const [, prefix, ...segments] = (request.url ?? '').split('/');
    const name = segments.map(decodeURIComponent).join('/');
    const what = prefix === String(turn) ? repository.get(name) : undefined;
    const read = reads.get(name) ?? 0;
    reads.set(name, read + 1);
    answer(response, what, read, (bytes) => {
      sent += bytes;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    serve: (next) => {
      repository = next;
      turn += 1;
      sent = 0;
      reads.clear();
      return `http://127.0.0.1:${port}/${turn}`;
    },
    bytesSent: () => sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Count = (bytes: number) => void;

function answer(response: ServerResponse, what: Served | undefined, read: number, count: Count): void {
  switch (what?.kind) {
    case undefined:
      response.writeHead(404).end();
      return;
    case 'status':
      response.writeHead(what.status).end();
      return;
    case 'bytes':
      send(response, what.bytes, '1', count, what.encoding);
      return;
    case 'sequence': {
      const turn = Math.min(read, what.bodies.length - 1);
      send(response, what.bodies[turn] ?? new Uint8Array(), String(turn + 1), count);
      return;
    }
    case 'cut':
      response.writeHead(200, { 'content-length': what.bytes.length, 'x-goog-generation': '1' });
      response.write(what.bytes.subarray(0, what.bytes.length >> 1), () => response.destroy());
      return;
    case 'endless':
      response.writeHead(200, { 'x-goog-generation': '1' });
      pour(response, count);
  }
}

function send(response: ServerResponse, bytes: Uint8Array, generation: string, count: Count, encoding?: string): void {
  const headers = { 'content-length': bytes.length, 'x-goog-generation': generation };
  response.writeHead(200, encoding === undefined ? headers : { ...headers, 'content-encoding': encoding });
  count(bytes.length);
  response.end(bytes);
}

function pour(response: ServerResponse, count: Count): void {
  const chunk = Buffer.alloc(65_536, ' ');
  let poured = 0;
  const more = (): void => {
    while (!response.destroyed && poured < ENDLESS_BYTES) {
      poured += chunk.length;
      count(chunk.length);
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.destroy();
  };
  more();
}

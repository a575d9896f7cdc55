import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A push as the emulator sent it, and how its function answered. */
export interface Delivery {
  readonly stage: string;
  readonly body: Buffer;
  readonly status: number;
}

/** Run key in the message of a push. */
export function runKeyOf({ body }: Delivery): string {
  const { message } = JSON.parse(body.toString()) as { message: { data: string } };
  return (JSON.parse(Buffer.from(message.data, 'base64').toString()) as { run_key: string }).run_key;
}

/** Stands between the Pub/Sub emulator and the functions, because the emulator sends no identity token. */
export interface PushService {
  /** Push endpoint of a stage. */
  readonly endpoint: (stage: string) => string;
  /** Every delivery so far, oldest first. */
  readonly deliveries: readonly Delivery[];
  /** Delivers a push once more and answers the function's status. */
  readonly again: (delivery: Delivery) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/**
 * Adds to each push what Pub/Sub adds in the cloud, a token of the subscription's identity, and passes it on to the function that
 * serves the stage now. A function that is not there or dies is 503: the emulator delivers again.
 */
export async function startPushService(
  post: (stage: string, body: Uint8Array<ArrayBuffer>) => Promise<number>,
): Promise<PushService> {
  const deliveries: Delivery[] = [];
  const deliver = async (stage: string, body: Buffer): Promise<number> => {
    const status = await post(stage, new Uint8Array(body)).catch(() => 503);
    deliveries.push({ stage, body, status });
    return status;
  };
  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => deliver((request.url ?? '/').slice(1), body))
      .then((status) => response.writeHead(status).end())
      .catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: (stage) => `http://127.0.0.1:${port}/${stage}`,
    deliveries,
    again: ({ stage, body }) => deliver(stage, body),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ObjectStat, ObjectStore } from '#shared/ports/object-store.ts';

/** An ObjectStore over the served repository, for readers: it only reads. Bytes come as they are sent, never unpacked. */
export function webObjectStore(base: string): ObjectStore {
  return {
    ...memoryObjectStore(),
    get: async (name, options = {}) => {
      const response = await ask(`${base}/${name}`);
      if (response === null) return null;
      const bytes = await capped(name, response, options.maxBytes ?? Number.POSITIVE_INFINITY);
      return { stat: statOf(name, response, bytes.length), bytes };
    },
    stat: async (name) => {
      const response = await ask(`${base}/${name}`);
      response?.destroy();
      return response === null ? null : statOf(name, response, Number(response.headers['content-length']));
    },
  };
}

async function ask(url: string): Promise<IncomingMessage | null> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  if (response.statusCode === 200) return response;
  response.destroy();
  if (response.statusCode === 404) return null;
  throw new LivepoolError('STORE_UNAVAILABLE', 'transient', `${url} answers ${response.statusCode ?? 'nothing'}`);
}

async function capped(name: string, response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      size += chunks.push(chunk) && chunk.length;
      if (size > maxBytes) throw new LivepoolError('INPUT_TOO_LARGE', 'terminal', `${name} is larger than ${maxBytes} bytes`);
    }
  } catch (error) {
    if (error instanceof LivepoolError) throw error;
    throw new LivepoolError('STORE_UNAVAILABLE', 'transient', `${name}: ${String(error)}`);
  }
  return Buffer.concat(chunks);
}

function statOf(name: string, { headers }: IncomingMessage, size: number): ObjectStat {
  const generation = String(headers['x-goog-generation']);
  return { name, generation, size, contentType: 'application/octet-stream', metadata: {} };
}

import { createHash } from 'node:crypto';
import type { Bucket } from '@google-cloud/storage';
import { crc32cBase64 } from '../../core/crc32c.ts';
import type { CopySource, Generation, PutOptions } from '../../ports/object-store.ts';
import { parseResource, resourceOf, type StorageResource } from './storage-resource.ts';

/** One page of a listing. */
export interface ListingPage {
  readonly resources: readonly StorageResource[];
  readonly nextPageToken: string | undefined;
}

/**
 * Single calls of the JSON API through the client's transport, each exactly one request (a copy: one per rewrite step), never
 * repeated by the client. They throw what the client throws. The client's own `copy` and checked `save` are not used: the first
 * forgets the source condition and, on its second step, every condition; the second deletes an object whose hash it dislikes.
 */
export interface StorageCalls {
  stat(name: string, generation?: Generation): Promise<StorageResource>;
  /** Bytes of one generation, whole or [start, end); unchecked. */
  download(
    name: string,
    generation: Generation | undefined,
    range?: { readonly start: number; readonly end: number },
  ): Promise<Uint8Array>;
  insert(name: string, bytes: Uint8Array, options: PutOptions): Promise<StorageResource>;
  rewrite(source: CopySource, target: string, options: PutOptions): Promise<StorageResource>;
  listPage(prefix: string, pageToken: string | undefined): Promise<ListingPage>;
  remove(name: string, ifGenerationMatch: Generation): Promise<void>;
}

/**
 * The calls against one bucket of a client whose `autoRetry` is off.
 *
 * @param retainUntilMs Until when an object that is inserted now stays, ms since the epoch; undefined = it may go at any time.
 */
export function storageCalls(bucket: Bucket, retainUntilMs: (name: string) => number | undefined): StorageCalls {
  const request = async (method: 'GET' | 'POST' | 'DELETE', uri: string, qs: Query, json?: object): Promise<unknown> => {
    const [body] = await bucket.request({ method, uri, qs: present(qs), ...(json === undefined ? {} : { json }), maxRetries: 0 });
    return body;
  };
  return {
    stat: async (name, generation) => parseResource(await request('GET', objectPath(name), { generation })),
    download: async (name, generation, range) => {
      const file = bucket.file(name, generation === undefined ? {} : { generation });
      const [bytes] = await file.download({ validation: false, ...(range && { start: range.start, end: range.end - 1 }) });
      return Uint8Array.from(bytes);
    },
    insert: async (name, bytes, options) => {
      const file = bucket.file(name);
      const { ifGenerationMatch } = options;
      const metadata = { ...resourceOf(options), ...hashesOf(bytes), ...retentionOf(retainUntilMs(name)) };
      await file.save(Buffer.from(bytes), {
        resumable: false,
        validation: false,
        metadata,
        preconditionOpts: { ifGenerationMatch },
      });
      return parseResource(file.metadata);
    },
    rewrite: async (source, target, options) => {
      const path = `${objectPath(source.name)}/rewriteTo/b/${bucket.name}${objectPath(target)}`;
      const conditions = {
        sourceGeneration: source.generation,
        ifSourceGenerationMatch: source.generation,
        ifGenerationMatch: options.ifGenerationMatch,
      };
      for (let rewriteToken: string | undefined; ; ) {
        const step = (await request('POST', path, { ...conditions, rewriteToken }, resourceOf(options))) as RewriteStep;
        if (step.rewriteToken === undefined) return parseResource(step.resource);
        rewriteToken = step.rewriteToken;
      }
    },
    listPage: async (prefix, pageToken) => {
      const page = (await request('GET', '/o', { prefix, pageToken })) as { items?: unknown[]; nextPageToken?: string };
      return { resources: (page.items ?? []).map(parseResource), nextPageToken: page.nextPageToken };
    },
    remove: async (name, ifGenerationMatch) => {
      await request('DELETE', objectPath(name), { ifGenerationMatch });
    },
  };
}

interface RewriteStep {
  readonly rewriteToken?: string;
  readonly resource?: unknown;
}

type Query = Readonly<Record<string, string | undefined>>;

function present(query: Query): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function objectPath(name: string): string {
  return `/o/${encodeURIComponent(name)}`;
}

/** Unlocked can be made longer by whoever may set it, and shorter only by somebody who may bypass it: nobody. */
function retentionOf(untilMs: number | undefined): object {
  return untilMs === undefined ? {} : { retention: { mode: 'Unlocked', retainUntilTime: new Date(untilMs).toISOString() } };
}

/** Declared with the bytes, so that the service refuses what was damaged on its way. */
function hashesOf(bytes: Uint8Array): { readonly md5Hash: string; readonly crc32c: string } {
  return { md5Hash: createHash('md5').update(bytes).digest('base64'), crc32c: crc32cBase64(bytes) };
}

import { createHash } from 'node:crypto';
import * as gcp from '@pulumi/gcp';
import * as pulumi from '@pulumi/pulumi';

/** Where bundles are put for Cloud Build. */
export interface BundleStore {
  /** Makes sure that an object with these bytes is there. What is there already must be the same, and is not written again. */
  put(bucket: string, object: string, bytes: Buffer): Promise<void>;
}

export interface GoogleBundleStoreOptions {
  /** Access token of whoever deploys. */
  readonly token: () => Promise<string>;
  /** Default: Cloud Storage. */
  readonly endpoint?: string;
}

const GOOGLE = 'https://storage.googleapis.com';
const TIMEOUT_MS = 120_000;

/**
 * Cloud Storage as Pulumi's own provider signs in to it. Not a resource of the program: the provider writes over what is there, which
 * needs the right to delete, and CI has none in this bucket; and a bundle outlives the stack that put it there.
 */
export function providerBundleStore(): BundleStore {
  return googleBundleStore({ token: async () => (await gcp.organizations.getClientConfig()).accessToken });
}

/** A store that creates and never overwrites (decision 7); RunError says what stands in the way. */
export function googleBundleStore({ token, endpoint = GOOGLE }: GoogleBundleStoreOptions): BundleStore {
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await token()}`);
    return fetch(`${endpoint}${path}`, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  };
  return {
    put: async (bucket, object, bytes) => {
      const wanted = createHash('md5').update(bytes).digest('base64');
      if (await stands(send, bucket, object, wanted)) return;
      const query = new URLSearchParams({ uploadType: 'media', name: object, ifGenerationMatch: '0' });
      const init = { method: 'POST', headers: { 'content-type': 'application/zip' }, body: new Uint8Array(bytes) };
      const answer = await send(`/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query.toString()}`, init);
      // 412 and, without the right to delete, 403: somebody else was quicker. 200 is looked at as well: bytes can suffer on their way.
      if (await stands(send, bucket, object, wanted)) return;
      throw new pulumi.RunError(`gs://${bucket}/${object} was not written: ${answer.status} ${await answer.text()}`);
    },
  };
}

/** Whether the object is there with these bytes; others are refused, because a bundle is known by its name. */
async function stands(
  send: (path: string) => Promise<Response>,
  bucket: string,
  object: string,
  wanted: string,
): Promise<boolean> {
  const answer = await send(`/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`);
  if (answer.status === 404) return false;
  if (!answer.ok) throw new pulumi.RunError(`gs://${bucket}/${object} cannot be read: ${answer.status} ${await answer.text()}`);
  const { md5Hash } = (await answer.json()) as { readonly md5Hash?: string };
  if (md5Hash === wanted) return true;
  throw new pulumi.RunError(
    `gs://${bucket}/${object} has other bytes than the bundle of that digest (MD5 ${md5Hash}, wanted ${wanted}); find out who wrote it before you remove it`,
  );
}

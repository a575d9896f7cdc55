import { resolve } from 'node:path';
import type { CallTiming } from '#shared/adapters/gcp/bounded-attempts.ts';
import { openBucket } from '#shared/adapters/gcp/open-bucket.ts';
import { openBus } from '#shared/adapters/gcp/open-bus.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { openSigner } from '#shared/adapters/gcp/open-signer.ts';
import { pinnedKey } from '#shared/adapters/keys/pinned-key.ts';
import { trustedKeysFolder } from '#shared/adapters/keys/trusted-keys.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { invariant } from '#shared/core/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Signer } from '#shared/ports/signer.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { CLOUD_POLICY } from '#shared/release/release-policy.ts';
import type { TrustedKey } from '#shared/release/statements.ts';
import type { CloudSettings } from './cloud-settings.ts';
import type { ReleaseSite } from './release-site.ts';

/** A deployment on Google Cloud. This file is where its adapters are wired for the command line. */
export interface CloudSite extends ReleaseSite {
  readonly bucket: string;
  /** Another bucket, to look at what somebody put there. */
  bucketOf(name: string): ObjectStore;
  close(): Promise<void>;
}

export interface OpenCloudOptions {
  readonly home: string;
  /** Folder of pinned public keys (PEM), beside those of the settings. */
  readonly trustedKeys: string | undefined;
  /** `read` (default) needs no right to the signing key where keys are pinned. */
  readonly access?: 'read' | 'write';
}

/**
 * Opens a deployment. To act, or where no key is pinned, the public half of the key that signs is asked for and trusted, as the
 * functions do; else only pinned keys are. No Google client is loaded before the first call. Errors of the key: KEY_INVALID,
 * KEY_MISSING, STORE_REFUSED.
 */
export async function openCloudSite(settings: CloudSettings, options: OpenCloudOptions): Promise<CloudSite> {
  const timing: CallTiming = { clock: systemClock(), random: systemRandom() };
  const pinned = pinnedKeysOf(settings, options);
  const isPinned = options.access !== 'write' && pinned.length > 0;
  const signer = isPinned ? undefined : await signerOf(settings, timing);
  const { PIPELINE_PROJECT: project, PIPELINE_ENVIRONMENT: environment, PIPELINE_BUCKET: bucket } = settings;
  const objects = openBucket(settings, bucket, timing);
  const documents = openDatabase(settings, settings.PIPELINE_RELEASE_DATABASE, timing);
  const runs = openDatabase(settings, settings.PIPELINE_DATABASE, timing);
  const bus = openBus(settings, timing);
  const reading = {
    objects,
    documents,
    layout: releaseLayout({ baseUri: `gs://${bucket}` }),
    namespace: releaseNamespace(environment),
    trustedKeys: signer === undefined ? pinned : [signer, ...pinned.filter(({ keyId }) => keyId !== signer.keyId)],
  };
  return {
    environment,
    folder: resolve(options.home, 'gcp', project, environment),
    bucket,
    objects,
    documents,
    clock: timing.clock,
    bucketOf: (name) => openBucket(settings, name, timing),
    readDeps: () => reading,
    actDeps: () => {
      invariant(signer !== undefined, 'an act needs a site that was opened for writing');
      return { ...reading, ...timing, signer, runs, bus, policy: CLOUD_POLICY };
    },
    close: async () => {
      await Promise.all([documents.close(), runs.close(), bus.close()]);
    },
  };
}

function pinnedKeysOf({ PIPELINE_TRUSTED_KEYS: keys = [] }: CloudSettings, options: OpenCloudOptions): readonly TrustedKey[] {
  const ofFolder = options.trustedKeys === undefined ? [] : trustedKeysFolder(options.trustedKeys);
  return [...keys.map(pinnedKey), ...ofFolder];
}

async function signerOf(settings: CloudSettings, timing: CallTiming): Promise<Signer | undefined> {
  const { PIPELINE_SIGNING_KEY: key } = settings;
  return key === undefined ? undefined : openSigner({ ...settings, PIPELINE_SIGNING_KEY: key }, timing)();
}

import type { CallTiming } from '#shared/adapters/gcp/bounded-attempts.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { openSigner } from '#shared/adapters/gcp/open-signer.ts';
import { pinnedKey } from '#shared/adapters/keys/pinned-key.ts';
import { releaseNamespace } from '#shared/contracts/names.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { EventBus } from '#shared/ports/event-bus.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { CLOUD_POLICY, policyWithin } from '#shared/release/release-policy.ts';
import { bucketLayout } from './bucket-layout.ts';

/** What of a deployable's configuration decides how releases are made and moved. */
export interface ReleaseConfig {
  readonly PIPELINE_PROJECT: string;
  readonly PIPELINE_ENVIRONMENT: string;
  readonly PIPELINE_BUCKET: string;
  readonly PIPELINE_RELEASE_DATABASE: string;
  readonly PIPELINE_FIRESTORE_HOST?: string | undefined;
  readonly PIPELINE_SIGNING_KEY: string;
  readonly PIPELINE_TRUSTED_KEYS?: readonly string[] | undefined;
  readonly PIPELINE_KMS_ENDPOINT?: string | undefined;
}

/** Ports that the deployable has opened already. */
export interface OpenPorts {
  readonly objects: ObjectStore;
  readonly runs: DocumentStore;
  readonly bus: EventBus;
}

/**
 * Opens what one act needs, given the time that is left for it: the act's budget ends with the request, and its last write a margin
 * before, so that a killed request never leaves a write under way.
 */
export function openRelease(
  config: ReleaseConfig,
  timing: CallTiming,
  ports: OpenPorts,
): (remainingMs: number) => Promise<ReleaseDeps> {
  const documents = openDatabase(config, config.PIPELINE_RELEASE_DATABASE, timing);
  const signer = openSigner(config, timing);
  const formerKeys = (config.PIPELINE_TRUSTED_KEYS ?? []).map(pinnedKey);
  return async (remainingMs) => {
    const askedMs = timing.clock.nowMs();
    const own = await signer();
    const leftMs = remainingMs - (timing.clock.nowMs() - askedMs);
    return {
      ...ports,
      ...timing,
      documents,
      signer: own,
      layout: bucketLayout(config),
      namespace: releaseNamespace(config.PIPELINE_ENVIRONMENT),
      trustedKeys: [own, ...formerKeys.filter(({ keyId }) => keyId !== own.keyId)],
      policy: policyWithin(CLOUD_POLICY, leftMs),
    };
  };
}

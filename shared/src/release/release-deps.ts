import type { Clock } from '../ports/clock.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Random } from '../ports/random.ts';
import type { Signer } from '../ports/signer.ts';
import type { ReleaseLayout } from './layout.ts';
import type { ReleasePolicy } from './release-policy.ts';
import type { TrustedKey } from './statements.ts';

/** What reading the release state needs: no signer, no clock, nothing that writes an act. */
export interface ReleaseReadDeps {
  readonly objects: ObjectStore;
  /** Database of head, registry, log, requests and summary. */
  readonly documents: DocumentStore;
  readonly layout: ReleaseLayout;
  /** `<environment>:<collection>/<document>`, see `releaseNamespace`. */
  readonly namespace: string;
  /** Public keys that may have signed what is sealed or committed: current, next and former ones. */
  readonly trustedKeys: readonly TrustedKey[];
}

/** What an act (publish, rollback, restore, recover) needs. */
export interface ReleaseDeps extends ReleaseReadDeps {
  /** Database of run records; the same store on one machine, another one in the cloud. */
  readonly runs: DocumentStore;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly random: Random;
  readonly bus: EventBus;
  readonly policy: ReleasePolicy;
}

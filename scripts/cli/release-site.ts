import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ReleaseDeps, ReleaseReadDeps } from '#shared/release/release-deps.ts';

/** Where releases are: an environment of this machine or a deployment on Google Cloud. What every release command works on. */
export interface ReleaseSite {
  /** Name that is part of every signature. */
  readonly environment: string;
  /** Folder of this machine for what a reader keeps about the site, absolute; it may be missing. */
  readonly folder: string;
  readonly objects: ObjectStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
  /** For everything that only reads releases. */
  readDeps(): ReleaseReadDeps;
  /** For acts; what a person should know on the way is said through `note`. */
  actDeps(note: (text: string) => void): ReleaseDeps;
  close(): void | Promise<void>;
}

import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errnoOf } from '#shared/adapters/fs/file-system.ts';
import { changing } from '#shared/adapters/fs/folder-error.ts';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { createKeyFile, keyFileSigner, publicKeyPem } from '#shared/adapters/keys/key-file.ts';
import { trustedKeysFolder } from '#shared/adapters/keys/trusted-keys.ts';
import { inProcessEventBus } from '#shared/adapters/memory/event-bus.ts';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Signer } from '#shared/ports/signer.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import type { ReleaseDeps, ReleaseReadDeps } from '#shared/release/release-deps.ts';
import { EMBEDDED_POLICY } from '#shared/release/release-policy.ts';
import { sampleClock } from './sample-calendar.ts';

/** `sample`: releases of the sample exchange, on its calendar. `local`: releases of real venues, on the machine's clock. */
export type Environment = 'sample' | 'local';

/** One environment of this machine: its stores, clock and keys. This file is where they are wired. */
export interface Home {
  readonly environment: Environment;
  /** `<home>/<environment>`, absolute. */
  readonly folder: string;
  readonly objects: ObjectStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly keysFolder: string;
  /** For everything that only reads releases. */
  readDeps(): ReleaseReadDeps;
  /** For acts; makes a signing key on the first use and says so through `note`. */
  actDeps(note: (text: string) => void): ReleaseDeps;
  close(): void;
}

export interface OpenHomeOptions {
  readonly home: string;
  readonly environment: Environment;
}

/** Opens the stores of one environment; the folder is made when missing. */
export function openHome(options: OpenHomeOptions): Home {
  const folder = resolve(options.home, options.environment);
  makeUsable(folder);
  const keysFolder = join(folder, 'keys');
  const objects = folderObjectStore({ root: join(folder, 'objects') });
  const documents = sqliteDocumentStore({ file: join(folder, 'documents.sqlite') });
  const clock = options.environment === 'sample' ? sampleClock(folder) : systemClock();
  const readDeps = (): ReleaseReadDeps => ({
    objects,
    documents,
    layout: releaseLayout({ baseUri: pathToFileURL(join(folder, 'objects')).href }),
    namespace: releaseNamespace(options.environment),
    trustedKeys: existsSync(trustedFolder(keysFolder)) ? trustedKeysFolder(trustedFolder(keysFolder)) : [],
  });
  return {
    environment: options.environment,
    folder,
    objects,
    documents,
    clock,
    keysFolder,
    readDeps,
    actDeps: (note) => {
      const signer = signingKey(keysFolder, note);
      return {
        ...readDeps(),
        signer,
        runs: documents,
        clock,
        random: systemRandom(),
        bus: inProcessEventBus({ clock }),
        // Alone with the sample one person may try both roles; real releases need two.
        policy: { ...EMBEDDED_POLICY, selfApproval: options.environment === 'sample' },
      };
    },
    close: () => documents.close(),
  };
}

/** Makes the folder when it is missing; even a command that only reads needs its database writable. */
function makeUsable(folder: string): void {
  changing(folder, () => {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      const code = errnoOf(error);
      if (code !== 'ENOTDIR' && code !== 'EEXIST') throw error;
      const message = `${folder} cannot be a folder, because a file stands in its place; choose another home with --home`;
      throw new LivepoolError('STORE_REFUSED', 'terminal', message, { path: folder }, error);
    }
    accessSync(folder, constants.W_OK);
  });
}

/** Folder of the public keys that readers of this environment pin. */
export function trustedFolder(keysFolder: string): string {
  return join(keysFolder, 'trusted');
}

export function signingKeyFile(keysFolder: string): string {
  return join(keysFolder, 'signing.pem');
}

/** The signing key of this environment, made on first use; its public half becomes trusted. */
function signingKey(keysFolder: string, note: (text: string) => void): Signer {
  const file = signingKeyFile(keysFolder);
  const isNew = !existsSync(file);
  const signer = isNew ? createKeyFile(file) : keyFileSigner(file);
  trustPublicKey(keysFolder, signer);
  if (isNew) note(`made a signing key: ${file} (key id ${signer.keyId.slice(0, 16)}…)`);
  return signer;
}

/** Puts a signer's public key where readers pin it; an existing file is the same key. */
export function trustPublicKey(keysFolder: string, signer: Signer): void {
  const name = `${signer.keyId}.pem`;
  if (existsSync(join(trustedFolder(keysFolder), name))) return;
  writeFolder(trustedFolder(keysFolder), new Map([[name, publicKeyPem(signer)]]));
}

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { trustedKeysFolder } from '#shared/adapters/keys/trusted-keys.ts';
import { inProcessEventBus } from '#shared/adapters/memory/event-bus.ts';
import { sqliteDocumentReader } from '#shared/adapters/sqlite/document-reader.ts';
import { type SqliteDocumentStore, sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { invariant } from '#shared/core/errors.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import type { ReleaseDeps, ReleaseReadDeps } from '#shared/release/release-deps.ts';
import { EMBEDDED_POLICY } from '#shared/release/release-policy.ts';
import { makeHomeFolder, requireFolder } from './home-folder.ts';
import { signingKey, trustedFolder } from './home-keys.ts';
import type { ReleaseSite } from './release-site.ts';
import { keepSampleClock, sampleClock } from './sample-calendar.ts';

/** `sample`: releases of the sample exchange, on its calendar. `local`: releases of real venues, on the machine's clock. */
export type Environment = 'sample' | 'local';

/** One environment of this machine: its stores, clock and keys. This file is where they are wired. */
export interface Home extends ReleaseSite {
  readonly environment: Environment;
  /** `<home>/<environment>`, absolute. */
  readonly folder: string;
  /** Opened by the first call, so that a damaged database stops only those who need it. */
  readonly documents: DocumentStore;
  readonly keysFolder: string;
  /** For acts; makes a signing key on the first use and says so through `note`. */
  actDeps(note: (text: string) => void): ReleaseDeps;
  close(): void;
}

export interface OpenHomeOptions {
  readonly home: string;
  readonly environment: Environment;
  /** `read` makes no folder and no file, and works in a home that cannot be written. */
  readonly access: 'read' | 'write';
}

/** Opens the stores of one environment; to write, the folder is made when missing. */
export function openHome({ home, environment, access }: OpenHomeOptions): Home {
  const folder = resolve(home, environment);
  const isSample = environment === 'sample';
  if (access === 'read') requireFolder(folder);
  else makeHomeFolder(folder);
  const documents = openedLazily(() => openDocuments(join(folder, 'documents.sqlite'), access));
  const stores: HomeStores = {
    environment,
    folder,
    objects: folderObjectStore({ root: join(folder, 'objects') }),
    documents,
    clock: isSample ? sampleClock(folder) : systemClock(),
    keysFolder: join(folder, 'keys'),
  };
  return {
    ...stores,
    readDeps: () => readDepsOf(stores),
    actDeps: (note) => {
      invariant(access === 'write', 'an act needs a home that was opened for writing');
      return actDepsOf(stores, note);
    },
    close: () => {
      documents.close();
      if (isSample && access === 'write') keepSampleClock(folder, stores.clock);
    },
  };
}

type HomeStores = Omit<Home, 'readDeps' | 'actDeps' | 'close'>;

function readDepsOf({ environment, folder, objects, documents, keysFolder }: HomeStores): ReleaseReadDeps {
  const trusted = trustedFolder(keysFolder);
  return {
    objects,
    documents,
    layout: releaseLayout({ baseUri: pathToFileURL(join(folder, 'objects')).href }),
    namespace: releaseNamespace(environment),
    trustedKeys: existsSync(trusted) ? trustedKeysFolder(trusted) : [],
  };
}

/** The key comes first: its first use makes it, and only then is it among the trusted ones. */
function actDepsOf(stores: HomeStores, note: (text: string) => void): ReleaseDeps {
  const { environment, folder, documents, clock, keysFolder } = stores;
  const isSample = environment === 'sample';
  if (isSample) keepSampleClock(folder, clock);
  const signer = signingKey(keysFolder, note);
  return {
    ...readDepsOf(stores),
    signer,
    runs: documents,
    clock,
    random: systemRandom(),
    bus: inProcessEventBus({ clock }),
    // Alone with the sample one person may try both roles; real releases need two.
    policy: { ...EMBEDDED_POLICY, selfApproval: isSample },
  };
}

function openDocuments(file: string, access: OpenHomeOptions['access']): SqliteDocumentStore {
  return access === 'read' ? sqliteDocumentReader({ file }) : sqliteDocumentStore({ file });
}

function openedLazily(open: () => SqliteDocumentStore): SqliteDocumentStore {
  let opened: SqliteDocumentStore | undefined;
  const store = (): SqliteDocumentStore => {
    opened ??= open();
    return opened;
  };
  return {
    get: async (path) => store().get(path),
    list: async (collection, options) => store().list(collection, options),
    transaction: async (body) => store().transaction(body),
    close: () => opened?.close(),
  };
}

import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS, releaseNamespace } from '#shared/contracts/names.ts';
import type { SummaryDocument } from '#shared/contracts/summary-document.ts';
import type { Signer } from '#shared/ports/signer.ts';
import { releaseLayout } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { rollback } from '#shared/release/rollback.ts';
import {
  approval,
  depsOver,
  memoryStores,
  publishInput,
  type Stores,
  signerOne,
  V1,
  V2,
} from '../release/support/release-lab.ts';
import type { ReaderState } from './case.ts';

/** A release as the product published it: the pointer and the five files. */
export interface WholeRelease {
  readonly summary: SummaryDocument;
  /** File name to bytes, the manifest last. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The honest world behind every hostile one. */
export interface TwoReleases {
  readonly old: WholeRelease;
  readonly new: WholeRelease;
  /** The pointer after a rollback from new to old, signed by two people. */
  readonly rolledBack: WholeRelease;
}

/** Object prefix of the releases of this kit. */
export const { prefix: PREFIX } = releaseLayout();

/** A reader in the middle of its life: it has seen the old release, and knows one key. */
export const reader: ReaderState = {
  keys: [pinOf(signerOne)],
  namespace: releaseNamespace('dev'),
  last_seen: null,
  now: '2026-04-02T03:15:00Z',
};

/** Publishes two releases and takes the second one back, through the product's own acts over memory stores. */
export async function twoReleases(): Promise<TwoReleases> {
  const stores = memoryStores();
  const deps = depsOver(stores);
  await publish(deps, publishInput(V1));
  const old = await readWhole(stores, V1);
  await publish(deps, publishInput(V2, { twist: 1 }));
  const next = await readWhole(stores, V2);
  await rollback(deps, { runKey: 'manual:back', target: V1, approval });
  return { old, new: next, rolledBack: await readWhole(stores, V1) };
}

/** How a request names a key. */
export function pinOf(signer: Pick<Signer, 'alg' | 'publicKeyDer'>): ReaderState['keys'][number] {
  return { alg: signer.alg, spki: Buffer.from(signer.publicKeyDer).toString('base64') };
}

async function readWhole({ objects, documents }: Stores, version: string): Promise<WholeRelease> {
  const summary = (await documents.get(DOCUMENT_PATHS.summary)) as unknown as SummaryDocument;
  if (summary.version !== version) throw new Error(`the pointer is at ${summary.version}, not at ${version}`);
  const files = new Map<string, Uint8Array>();
  for (const file of RELEASE_FILES) {
    const stored = await objects.get(`${PREFIX}/releases/${version}/${file}`);
    if (stored === null) throw new Error(`${version} has no ${file}`);
    files.set(file, stored.bytes);
  }
  return { summary, files };
}

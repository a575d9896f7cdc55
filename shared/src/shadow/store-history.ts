import { decodeContract } from '../contracts/decode.ts';
import { SHADOW_FILES, type ShadowManifest, shadowManifestSchema } from '../contracts/shadow-release.ts';
import { LivepoolError } from '../core/errors.ts';
import { utf8 } from '../core/text-bytes.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type ReleaseLayout, shadowIndexObject, shadowObject, shadowPrefix, shadowSummaryObject } from '../release/layout.ts';
import { putOnce } from '../release/publish/put-once.ts';
import { parseVersion } from '../release/version.ts';
import { releaseIndexCsv, trackSummaryCsv } from './release-index.ts';
import type { ShadowHistory, TrackReleases } from './shadow-history.ts';
import type { ShadowRelease } from './shadow-release.ts';

export interface ShadowStoreDeps {
  readonly objects: ObjectStore;
  readonly layout: ReleaseLayout;
  /** Stops between two releases; what is stored stays, and the next try goes on from there. */
  readonly signal?: AbortSignal;
}

/** What storing a history did. */
export interface StoredHistory {
  /** `<track>/<version>` of releases that were new. */
  readonly created: readonly string[];
  /** `<track>/<version>` of releases that stand in the store with another manifest than this build's; they stay as they are. */
  readonly kept: readonly string[];
}

/** Whether everything that an official release is shadowed with is in the store: the summary is the last object written. */
export async function isShadowed({ objects, layout }: ShadowStoreDeps, version: string): Promise<boolean> {
  return (await objects.stat(shadowSummaryObject(layout, version))) !== null;
}

/**
 * Adds a history to the store, create-only: releases, then per track its index, then the summary of all tracks (release spec §10).
 * What a track said about a date once is never rewritten; an index lists exactly the releases that exist. Safe to repeat after
 * any crash. VERSION_CONFLICT for a release that a crash left half written with other content.
 */
export async function storeHistory(deps: ShadowStoreDeps, history: ShadowHistory, version: string): Promise<StoredHistory> {
  const created: string[] = [];
  const kept: string[] = [];
  const summarised = [];
  for (const track of history.tracks) {
    const { track_id: trackId } = track.track;
    for (const release of track.releases) {
      deps.signal?.throwIfAborted();
      const outcome = await storeRelease(deps, trackId, release);
      if (outcome === 'created') created.push(`${trackId}/${release.version}`);
      if (outcome === 'kept') kept.push(`${trackId}/${release.version}`);
    }
    const manifests = await storedManifests(deps, track);
    await putOnce(deps.objects, shadowIndexObject(deps.layout, trackId, version), utf8(releaseIndexCsv(manifests)));
    summarised.push({ track: track.track, manifests, indexPath: `../${trackId}/release_index/${version}.csv` });
  }
  await putOnce(deps.objects, shadowSummaryObject(deps.layout, version), utf8(trackSummaryCsv(summarised)));
  return { created, kept };
}

/** A release whose manifest is there is complete and stays; else its files are put, the manifest last. */
async function storeRelease(
  { objects, layout }: ShadowStoreDeps,
  trackId: string,
  { version, files }: ShadowRelease,
): Promise<'created' | 'same' | 'kept'> {
  const manifestName = shadowObject(layout, trackId, version, SHADOW_FILES.manifest);
  const mine = files.get(SHADOW_FILES.manifest)!;
  const stood = (await objects.stat(manifestName)) !== null;
  if (!stood) {
    for (const file of [SHADOW_FILES.live_pool, SHADOW_FILES.live_pool_legacy]) {
      const name = shadowObject(layout, trackId, version, file);
      const standing = await putOnce(objects, name, files.get(file)!, { version });
      if (!standing.isMine) throw halfWritten(name, version);
    }
  }
  const standing = await putOnce(objects, manifestName, mine, { version });
  if (!standing.isMine) return 'kept';
  return stood ? 'same' : 'created';
}

/** Manifests of every release of a track that is in the store, in the mode of this history and up to its newest date. */
async function storedManifests(
  { objects, layout }: ShadowStoreDeps,
  { track, releases }: TrackReleases,
): Promise<ShadowManifest[]> {
  const newest = releases.at(-1)?.manifest;
  if (newest === undefined) return [];
  const prefix = `${shadowPrefix(layout, track.track_id)}/`;
  const names = (await objects.list(prefix)).map(({ name }) => name).filter((name) => name.endsWith(`/${SHADOW_FILES.manifest}`));
  const manifests: ShadowManifest[] = [];
  for (const name of names) {
    const version = parseVersion(name.slice(prefix.length).split('/')[0]!);
    if (version === undefined || version.mode !== newest.mode || version.asOfDate > newest.as_of_date) continue;
    const stored = await objects.get(name);
    if (stored === null) continue;
    const manifest = decodeContract(shadowManifestSchema, stored.bytes, name);
    if (!manifest.ok) throw new LivepoolError('STORE_CORRUPT', 'terminal', manifest.error.message, manifest.error.details);
    manifests.push(manifest.value);
  }
  return manifests;
}

function halfWritten(name: string, version: string): LivepoolError {
  const message = `${name} stands without its manifest and with other content: an interrupted build left it; delete the folder and run again`;
  return new LivepoolError('VERSION_CONFLICT', 'terminal', message, { name, version });
}

import { LivepoolError } from '../core/errors.ts';
import type { Refusal, Result } from '../core/result.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { objectUri, type ReleaseLayout, shadowIndexObject, shadowSummaryObject } from '../release/layout.ts';
import { type ReleaseIndexRow, readReleaseIndex, readTrackSummary, type TrackSummaryRow } from '../shadow/read-tables.ts';

/** The shadow histories beside a release, as their tables say. */
export interface ShadowTables {
  readonly rootDir: string;
  readonly summaryPath: string;
  readonly tracks: readonly TrackSummaryRow[];
  /** Releases per track id, ascending by date. */
  readonly releases: ReadonlyMap<string, readonly ReleaseIndexRow[]>;
}

/** The tables that were written when a version was shadowed; null while that has not happened. STORE_CORRUPT for unreadable ones. */
export async function readShadowTables(
  { objects, layout }: { readonly objects: ObjectStore; readonly layout: ReleaseLayout },
  version: string,
): Promise<ShadowTables | null> {
  const summaryName = shadowSummaryObject(layout, version);
  const summary = await objects.get(summaryName);
  if (summary === null) return null;
  const tracks = readable(readTrackSummary(summary.bytes, summaryName));
  const releases = new Map<string, readonly ReleaseIndexRow[]>();
  for (const { track_id: id } of tracks) {
    const name = shadowIndexObject(layout, id, version);
    const index = await objects.get(name);
    if (index !== null) releases.set(id, readable(readReleaseIndex(index.bytes, name)));
  }
  const rootDir = objectUri(layout, `${layout.prefix}/shadow`);
  return { rootDir, summaryPath: objectUri(layout, summaryName), tracks, releases };
}

function readable<T>(table: Result<T, Refusal>): T {
  if (table.ok) return table.value;
  throw new LivepoolError('STORE_CORRUPT', 'terminal', table.error.message, table.error.details);
}

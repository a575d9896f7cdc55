import type { EvidenceFile, ReleaseFile } from '../contracts/artifact-files.ts';
import { OBJECT_PREFIX, sequenceText, UNSET_BUCKET } from '../contracts/names.ts';

/** Where the objects of one deployment live: names inside the store, and the URI that others see. */
export interface ReleaseLayout {
  /** First segment(s) of every object name, without slashes at the ends. */
  readonly prefix: string;
  /** `gs://<bucket>` or a `file://` URI of a folder, without a slash at the end. */
  readonly baseUri: string;
}

/** Layout of a store; without a base URI documents say `gs://<unset-bucket>` (release spec §5). */
export function releaseLayout(options: { readonly baseUri?: string; readonly prefix?: string } = {}): ReleaseLayout {
  const trim = (text: string): string => text.replace(/^\/+|\/+$/g, '');
  return {
    prefix: trim(options.prefix ?? OBJECT_PREFIX),
    baseUri: (options.baseUri ?? `gs://${UNSET_BUCKET}`).replace(/\/+$/, ''),
  };
}

/** `<prefix>/releases/<version>`: create-only, exactly five objects. */
export function releasePrefix(layout: ReleaseLayout, version: string): string {
  return `${layout.prefix}/releases/${version}`;
}

/** `<prefix>/current`: the mirror, rewritten by each act, never a source. */
export function currentPrefix(layout: ReleaseLayout): string {
  return `${layout.prefix}/current`;
}

/** `<prefix>/releases/<version>/<file>`. */
export function releaseObject(layout: ReleaseLayout, version: string, file: ReleaseFile): string {
  return `${releasePrefix(layout, version)}/${file}`;
}

/** `<prefix>/current/<file>`. */
export function currentObject(layout: ReleaseLayout, file: ReleaseFile): string {
  return `${currentPrefix(layout)}/${file}`;
}

/** `<prefix>/evidence/<version>/<file>`. */
export function evidenceObject(layout: ReleaseLayout, version: string, file: EvidenceFile): string {
  return `${layout.prefix}/evidence/${version}/${file}`;
}

/** `<prefix>/staging/<run_key>/<file>`: what score and build leave for the next stage, expires after 90 days. */
export function stagingObject(layout: ReleaseLayout, runKey: string, file: string): string {
  return `${layout.prefix}/staging/${runKey}/${file}`;
}

/** `<prefix>/raw/<run_key>/<name>`: the collector's snapshots, expire after 90 days. */
export function rawObject(layout: ReleaseLayout, runKey: string, name: string): string {
  return `${layout.prefix}/raw/${runKey}/${name}`;
}

/** `<prefix>/log/<publish_seq, 10 digits>.dsse.json`: the auditor's copy of one act. */
export function logObject(layout: ReleaseLayout, publishSeq: number): string {
  return `${layout.prefix}/log/${sequenceText(publishSeq)}.dsse.json`;
}

/** `<prefix>/monthly/<version>.json`: the heartbeat written straight after a commit (release spec §11). */
export function heartbeatObject(layout: ReleaseLayout, version: string): string {
  return `${layout.prefix}/monthly/${version}.json`;
}

/** `<prefix>/shadow/<track>/<version>/<file>`: one release of a track, never part of pointer or mirror (release spec §10). */
export function shadowObject(layout: ReleaseLayout, trackId: string, version: string, file: string): string {
  return `${shadowPrefix(layout, trackId)}/${version}/${file}`;
}

/** `<prefix>/shadow/<track>`. */
export function shadowPrefix(layout: ReleaseLayout, trackId: string): string {
  return `${layout.prefix}/shadow/${trackId}`;
}

/** `<prefix>/shadow/<track>/release_index/<version>.csv`: what the track held once that official release was shadowed. */
export function shadowIndexObject(layout: ReleaseLayout, trackId: string, version: string): string {
  return `${shadowPrefix(layout, trackId)}/release_index/${version}.csv`;
}

/** `<prefix>/shadow/track_summary/<version>.csv`: all tracks at that moment, written last. */
export function shadowSummaryObject(layout: ReleaseLayout, version: string): string {
  return `${layout.prefix}/shadow/track_summary/${version}.csv`;
}

/** `<prefix>/reports/<kind>/<period>/<file>`: create-only, for people. */
export function reportObject(layout: ReleaseLayout, kind: string, period: string, file: string): string {
  return `${layout.prefix}/reports/${kind}/${period}/${file}`;
}

/** URI of an object or prefix of this layout. */
export function objectUri(layout: ReleaseLayout, name: string): string {
  return `${layout.baseUri}/${name}`;
}

/** Content type by file name; no object has a content encoding. */
export function contentTypeOf(file: string): string {
  if (file.endsWith('.parquet')) return 'application/vnd.apache.parquet';
  return file.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/json';
}

/** Cache control of `current/` objects: a reader must never see a stale half of a switch. */
export const CURRENT_CACHE_CONTROL = 'no-store';

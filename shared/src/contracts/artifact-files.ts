/** Keys of the four data artifacts as the manifest names them. */
export type ArtifactKey = 'live_pool' | 'live_pool_legacy' | 'latest_ranking' | 'latest_universe';

/** Bare file name of each data artifact, in the order of the manifest's `artifacts` block. */
export const ARTIFACT_FILES = {
  live_pool: 'live_pool.json',
  live_pool_legacy: 'live_pool_legacy.json',
  latest_ranking: 'latest_ranking.csv',
  latest_universe: 'latest_universe.json',
} as const satisfies Readonly<Record<ArtifactKey, string>>;

export const MANIFEST_FILE = 'artifact_manifest.json';

/** The four data files in the order in which `content_digest` lists them and the protocol writes them. */
export const DATA_FILES = ['latest_universe.json', 'latest_ranking.csv', 'live_pool.json', 'live_pool_legacy.json'] as const;

/** The exactly five files of a release in writing order: the manifest is always last (release spec §6). */
export const RELEASE_FILES = [...DATA_FILES, MANIFEST_FILE] as const;

export type DataFile = (typeof DATA_FILES)[number];
export type ReleaseFile = (typeof RELEASE_FILES)[number];

/** Evidence objects beside a release, written once and never part of the five files. */
export const EVIDENCE_FILES = ['explain.json', 'universe_state.json', 'run_manifest.json', 'release.dsse.json'] as const;

export type EvidenceFile = (typeof EVIDENCE_FILES)[number];

/** File name to stored bytes. */
export type FileBytes = ReadonlyMap<string, Uint8Array>;

/** A reader refuses a larger artifact before it parses a byte of it (operations spec §18 J4). */
export const MAX_ARTIFACT_BYTES = 1_048_576;

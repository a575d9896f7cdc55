import * as gcp from '@pulumi/gcp';
import { COLD_FOLDERS, DEPLOYED_SET, OBJECT_PREFIX, RELEASE_FOLDERS } from '../shared/src/contracts/names.ts';
import { type Place, protectedData } from './place.ts';

export interface Buckets {
  /** Everything below `OBJECT_PREFIX`: releases, mirror, evidence, runs. */
  readonly release: gcp.storage.Bucket;
  /** Candles and journals. */
  readonly cold: gcp.storage.Bucket;
  /** Bundles of the functions, by digest, and what of them is deployed. */
  readonly source: gcp.storage.Bucket;
  /** Managed folders as `<bucket>/<folder>`: rights are given here, not on the bucket. */
  readonly folders: Readonly<Record<string, gcp.storage.ManagedFolder>>;
}

/** What lies in these is scratch of runs (release spec §1). */
const SCRATCH_FOLDERS = ['raw', 'staging'] as const;
const SCRATCH_DAYS = 90;

/** Versions that a rewrite left behind live this long; only where objects are rewritten. */
const REWRITTEN_FOLDERS = ['current', 'monthly'] as const;
const SUPERSEDED_DAYS = 400;

/** The longest that Cloud Storage keeps what somebody deleted. */
const SOFT_DELETE_S = 90 * 86_400;

/** Object store of the pipeline, cold tier and bundles. No lifecycle rule reaches releases, evidence, log, shadow or reports. */
export function declareBuckets(place: Place): Buckets {
  const release = bucket(place, 'release', {
    // `publish` and `rollback` retain each object of a release; a retention of the whole bucket would freeze the mirror.
    enableObjectRetention: true,
    lifecycleRules: [
      { action: { type: 'Delete' }, condition: { age: SCRATCH_DAYS, matchesPrefixes: prefixes(SCRATCH_FOLDERS) } },
      {
        action: { type: 'Delete' },
        condition: {
          daysSinceNoncurrentTime: SUPERSEDED_DAYS,
          withState: 'ARCHIVED',
          matchesPrefixes: prefixes(REWRITTEN_FOLDERS),
        },
      },
    ],
  });
  const cold = bucket(place, 'cold');
  const source = bucket(place, 'source');
  return {
    release,
    cold,
    source,
    folders: {
      ...folders('release', release, RELEASE_FOLDERS, folderPath),
      ...folders('cold', cold, COLD_FOLDERS, (name) => `${name}/`),
      ...folders('source', source, [DEPLOYED_SET.folder], (name) => `${name}/`),
    },
  };
}

/** Name of a bucket: unique in the world because the project's is. */
export function bucketName(project: string, purpose: string): string {
  return `${project}-livepool-${purpose}`;
}

/** Path of a folder of the release bucket. */
export function folderPath(folder: string): string {
  return `${OBJECT_PREFIX}/${folder}/`;
}

function bucket(place: Place, purpose: string, own: Partial<gcp.storage.BucketArgs> = {}): gcp.storage.Bucket {
  const { project, storageLocation } = place.settings;
  return new gcp.storage.Bucket(
    `bucket-${purpose}`,
    {
      name: bucketName(project, purpose),
      project,
      location: storageLocation,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: SOFT_DELETE_S },
      forceDestroy: false,
      ...own,
    },
    protectedData(place),
  );
}

function folders(
  purpose: string,
  of: gcp.storage.Bucket,
  names: readonly string[],
  pathOf: (name: string) => string,
): Record<string, gcp.storage.ManagedFolder> {
  return Object.fromEntries(
    names.map((name) => {
      const args = { bucket: of.name, name: pathOf(name) };
      return [`${purpose}/${name}`, new gcp.storage.ManagedFolder(`folder-${purpose}-${name}`, args, { protect: true })];
    }),
  );
}

function prefixes(names: readonly string[]): string[] {
  return names.map(folderPath);
}

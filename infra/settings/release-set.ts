import { readFile } from 'node:fs/promises';
import * as pulumi from '@pulumi/pulumi';

/** What is deployed, by digest. Going back is an update with an older one (operations spec §14). */
export interface ReleaseSet {
  /** Commit that everything was built from, 40 hex digits. */
  readonly revision: string;
  /** SHA-256 of the lock file of that commit. */
  readonly lock_file_sha256: string;
  /** SHA-256 of each function's bundle. */
  readonly bundles: Readonly<Record<string, string>>;
  /** `<registry>/<image>@sha256:<digest>`; null = no worker is deployed. */
  readonly worker_image: string | null;
}

const HEX_40 = /^[0-9a-f]{40}$/;
const HEX_64 = /^[0-9a-f]{64}$/;
const IMAGE_BY_DIGEST = /^[a-z0-9][a-z0-9./:_-]*@sha256:[0-9a-f]{64}$/;

/** The release set in a file; RunError names what is wrong with it. */
export async function readReleaseSet(file: string): Promise<ReleaseSet> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new pulumi.RunError(`${file} is missing; npm run bundle, then npm run release-set, in the root of the checkout`);
  });
  const set = parse(file, text);
  const problems = problemsOf(set);
  if (problems.length > 0) throw new pulumi.RunError(`${file} is no release set: ${problems.join('; ')}`);
  return set as ReleaseSet;
}

function parse(file: string, text: string): Partial<ReleaseSet> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<ReleaseSet>;
  } catch {
    throw new pulumi.RunError(`${file} is no JSON`);
  }
}

function problemsOf({ revision, lock_file_sha256, bundles, worker_image }: Partial<ReleaseSet>): string[] {
  return [
    ...(HEX_40.test(revision ?? '') ? [] : ['revision is no commit']),
    ...(HEX_64.test(lock_file_sha256 ?? '') ? [] : ['lock_file_sha256 is no SHA-256']),
    ...Object.entries(bundles ?? {}).flatMap(([name, digest]) => (HEX_64.test(digest) ? [] : [`bundle ${name} has no SHA-256`])),
    ...(bundles === undefined ? ['bundles is missing'] : []),
    ...(worker_image === null || IMAGE_BY_DIGEST.test(worker_image ?? '') ? [] : ['worker_image is not pinned by digest']),
  ];
}

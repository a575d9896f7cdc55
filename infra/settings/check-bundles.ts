import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { FUNCTIONS } from '../deployables.ts';
import { bundleDigest } from './bundle-digest.ts';
import type { ReleaseSet } from './release-set.ts';

/**
 * Refuses, before anything is asked for, a release set that has a function less or more than the table, and bundles on this machine
 * that are other than the set says. A bundle that is not on this machine must be in the source bucket: that is going back.
 */
export function checkBundles({ bundles }: ReleaseSet, bundlesFolder: string): void {
  const wanted = FUNCTIONS.map(({ name }) => name)
    .sort()
    .join(', ');
  const found = Object.keys(bundles).sort().join(', ');
  if (wanted !== found)
    throw new pulumi.RunError(`the release set has bundles for ${found}; infra/deployables.ts wants ${wanted}`);
  for (const [name, digest] of Object.entries(bundles)) {
    const folder = join(bundlesFolder, name);
    if (existsSync(folder)) refuseOther(folder, digest);
  }
}

function refuseOther(folder: string, wanted: string): void {
  const found = bundleDigest(folder);
  if (found === wanted) return;
  throw new pulumi.RunError(`${folder} has digest ${found}, the release set says ${wanted}; run npm run bundle again`);
}

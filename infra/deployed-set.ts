import * as gcp from '@pulumi/gcp';
import * as pulumi from '@pulumi/pulumi';
import { DEPLOYED_SET } from '../shared/src/contracts/names.ts';
import type { Buckets } from './buckets.ts';
import type { Place } from './place.ts';

/**
 * What is deployed, for whoever must say of which commit it is: written when every function is the one that it names. Settings of a
 * function name its own digest only, so that a commit which did not touch it does not deploy it.
 */
export function declareDeployedSet(
  { settings: { releaseSet } }: Place,
  { source }: Buckets,
  functions: Readonly<Record<string, gcp.cloudfunctionsv2.Function>>,
): gcp.storage.BucketObject {
  return new gcp.storage.BucketObject(
    'deployed-set',
    {
      bucket: source.name,
      name: DEPLOYED_SET.object,
      // As an asset, because Pulumi hides `content` like a secret.
      source: new pulumi.asset.StringAsset(`${JSON.stringify(releaseSet, null, 2)}\n`),
      contentType: 'application/json',
      cacheControl: 'no-store',
    },
    // The new one has the name of the old: made first, it would go with it.
    { dependsOn: Object.values(functions), deleteBeforeReplace: true },
  );
}

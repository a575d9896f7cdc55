import { decodeContract } from '#shared/contracts/decode.ts';
import { DEPLOYED_SET } from '#shared/contracts/names.ts';
import { type ReleaseSet, releaseSetSchema } from '#shared/contracts/release-set.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';

/** The bundle that runs, as its own environment names it. */
export interface RunningBundle {
  readonly name: string;
  readonly sha256: string;
}

/**
 * What is deployed, as the last update left it in the source bucket. An update changes functions first and writes this last: until
 * then the running bundle is not the one that it names, which is DEPLOYMENT_UNDER_WAY and asked again. STORE_CORRUPT where it is no
 * release set.
 */
export async function deployedSet(source: ObjectStore, { name, sha256 }: RunningBundle): Promise<ReleaseSet> {
  const stored = await source.get(DEPLOYED_SET.object);
  if (stored === null) throw underWay(`${DEPLOYED_SET.object} is not there yet`);
  const set = decodeContract(releaseSetSchema, stored.bytes, DEPLOYED_SET.object);
  if (!set.ok) throw new LivepoolError('STORE_CORRUPT', 'terminal', set.error.message, set.error.details);
  if (set.value.bundles[name] === sha256) return set.value;
  throw underWay(`${DEPLOYED_SET.object} names another bundle of ${name} than the one that runs`);
}

function underWay(message: string): LivepoolError {
  return new LivepoolError('DEPLOYMENT_UNDER_WAY', 'transient', `${message}; pulumi up ends with writing it`);
}

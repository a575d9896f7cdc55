import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as gcp from '@pulumi/gcp';
import * as pulumi from '@pulumi/pulumi';
import type { Buckets } from './buckets.ts';
import type { BundleStore } from './bundles/bundle-store.ts';
import { zipFolder } from './bundles/zip-folder.ts';
import { FUNCTIONS, type FunctionRow } from './deployables.ts';
import type { Environment } from './environment.ts';
import { emailOf, type Identities } from './identities.ts';
import type { Place } from './place.ts';

export interface FunctionParts {
  readonly bundles: BundleStore;
  readonly buckets: Buckets;
  readonly identities: Identities;
  readonly environment: Environment;
  readonly registry: gcp.artifactregistry.Repository;
  /** Rights that the build needs, so that it does not begin before them. */
  readonly buildRights: readonly pulumi.Resource[];
}

/** Node of the functions; the same major version as on a developer's machine. */
const RUNTIME = 'nodejs24';

/** Every function of the table, each from its own bundle, by function name. */
export function declareFunctions(place: Place, parts: FunctionParts): Readonly<Record<string, gcp.cloudfunctionsv2.Function>> {
  return Object.fromEntries(FUNCTIONS.map((row) => [row.name, declareFunction(place, parts, row)]));
}

function declareFunction(place: Place, parts: FunctionParts, row: FunctionRow): gcp.cloudfunctionsv2.Function {
  const { project, region } = place.settings;
  const { identities, registry } = parts;
  return new gcp.cloudfunctionsv2.Function(
    `function-${row.name}`,
    {
      project,
      name: row.name,
      location: region,
      buildConfig: {
        runtime: RUNTIME,
        entryPoint: row.name,
        serviceAccount: identities.accounts.builder!.name,
        dockerRepository: registry.id,
        source: { storageSource: { bucket: parts.buckets.source.name, object: bundleObject(place, parts, row.name) } },
      },
      serviceConfig: {
        serviceAccountEmail: emailOf(project, row.identity),
        availableMemory: row.memory,
        availableCpu: '1',
        timeoutSeconds: row.timeoutS,
        maxInstanceCount: row.maxInstances,
        minInstanceCount: 0,
        maxInstanceRequestConcurrency: 1,
        ingressSettings: 'ALLOW_INTERNAL_ONLY',
        allTrafficOnLatestRevision: true,
        environmentVariables: parts.environment(row),
      },
    },
    { dependsOn: [...place.apis, ...parts.buildRights, identities.accounts[row.identity]!] },
  );
}

/**
 * Name of the bundle in the source bucket: its digest, so that a function is deployed anew exactly when its bundle changed. A bundle
 * stays in the bucket when the stack moves on; going back finds it there without building anything. One that lies on this machine is
 * put there first, unless it is there; a preview puts nothing.
 */
function bundleObject({ settings }: Place, { buckets, bundles }: FunctionParts, name: string): pulumi.Input<string> {
  const object = `${name}/${settings.releaseSet.bundles[name]!}.zip`;
  const folder = join(settings.bundlesFolder, name);
  if (!existsSync(folder) || pulumi.runtime.isDryRun()) return object;
  return buckets.source.name.apply(async (bucket) => {
    await bundles.put(bucket, object, zipFolder(folder));
    return object;
  });
}

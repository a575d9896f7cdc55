import * as gcp from '@pulumi/gcp';
import { emailOf, type Identities } from './identities.ts';
import type { WorkerNetwork } from './network.ts';
import type { Place } from './place.ts';

/** Where the worker answers the probes of its platform; nothing else reaches this port. */
const PROBE_PORT = 8080;

/**
 * The worker: one instance that is always there, with its processor always on. A worker pool has no address, so nobody can call it.
 * At a stop it gets SIGTERM and ten seconds; it needs six (operations spec §3). Undefined while the release set has no image.
 */
export function declareWorker(
  place: Place,
  identities: Identities,
  { network, subnet }: WorkerNetwork,
): gcp.cloudrunv2.WorkerPool | undefined {
  const { project, region, environment, releaseSet } = place.settings;
  if (releaseSet.worker_image === null) return undefined;
  return new gcp.cloudrunv2.WorkerPool(
    'worker',
    {
      project,
      location: region,
      name: 'worker',
      deletionProtection: false,
      scaling: { scalingMode: 'MANUAL', manualInstanceCount: 1 },
      template: {
        serviceAccount: emailOf(project, 'worker'),
        vpcAccess: { egress: 'ALL_TRAFFIC', networkInterfaces: [{ network: network.id, subnetwork: subnet.id }] },
        containers: [
          {
            name: 'worker',
            image: releaseSet.worker_image,
            resources: { limits: { cpu: '1', memory: '1Gi' } },
            envs: Object.entries(workerEnvironment(project, environment)).map(([name, value]) => ({ name, value })),
            startupProbe: probe('/health', { periodSeconds: 10, failureThreshold: 30, timeoutSeconds: 5 }),
            livenessProbe: probe('/health', { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 }),
          },
        ],
      },
    },
    { dependsOn: [...place.apis, identities.accounts.worker!] },
  );
}

function workerEnvironment(project: string, environment: string): Record<string, string> {
  return { PIPELINE_PROJECT: project, PIPELINE_ENVIRONMENT: environment };
}

function probe(path: string, times: { periodSeconds: number; failureThreshold: number; timeoutSeconds: number }) {
  return { httpGet: { path, port: PROBE_PORT }, ...times };
}

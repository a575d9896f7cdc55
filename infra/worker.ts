import * as gcp from '@pulumi/gcp';
import { DATABASES, subscriptionName } from '../shared/src/contracts/names.ts';
import { bucketName } from './buckets.ts';
import { emailOf, type Identities } from './identities.ts';
import type { WorkerNetwork } from './network.ts';
import type { Place } from './place.ts';
import type { StackSettings } from './settings/stack-settings.ts';
import { PULLED } from './subscriptions.ts';

/** Where the worker answers the probes of its platform; nothing else reaches this port. */
const PROBE_PORT = 8080;

const MEMORY_MB = 1_024;

/** Of that memory, since the data folder is in it: days of committed ticks, and days of samples and bars. */
const TICKS_MB = 128;
const SAMPLES_MB = 48;

const PULLED_BY_WORKER = PULLED.filter(({ consumer }) => consumer === 'worker').map(({ topic, consumer }) =>
  subscriptionName(topic, consumer),
);

/**
 * The worker: one instance that is always there, with its processor always on. A worker pool has no address, so nobody can call it.
 * At a stop it gets SIGTERM and ten seconds; it needs six (operations spec §3). Undefined while the release set has no image.
 */
export function declareWorker(
  place: Place,
  identities: Identities,
  { network, subnet }: WorkerNetwork,
  subscriptions: Readonly<Record<string, gcp.pubsub.Subscription>>,
): gcp.cloudrunv2.WorkerPool | undefined {
  const { project, region, releaseSet } = place.settings;
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
            resources: { limits: { cpu: '1', memory: `${MEMORY_MB}Mi` } },
            envs: Object.entries(workerEnvironment(place.settings, releaseSet.worker_image)).map(([name, value]) => ({
              name,
              value,
            })),
            // Whether the process itself is well: a venue that is away is no reason to end it.
            startupProbe: probe('/live', { periodSeconds: 10, failureThreshold: 30, timeoutSeconds: 5 }),
            livenessProbe: probe('/live', { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 }),
          },
        ],
      },
    },
    // It reads its subscriptions as soon as it runs.
    { dependsOn: [...place.apis, identities.accounts.worker!, ...PULLED_BY_WORKER.map((name) => subscriptions[name]!)] },
  );
}

/**
 * A worker that watches real markets on paper. No commit: its image is known by digest, and another commit with the same image must not
 * start it anew.
 */
function workerEnvironment(settings: StackSettings, image: string): Record<string, string> {
  const { project, region } = settings;
  return {
    PIPELINE_PROJECT: project,
    PIPELINE_ENVIRONMENT: settings.environment,
    PIPELINE_REGION: region,
    PIPELINE_EXEC_DATABASE: DATABASES.exec,
    PIPELINE_COLD_BUCKET: bucketName(project, 'cold'),
    PIPELINE_RECORD_FRAMES: 'cold',
    PIPELINE_MODE: 'paper',
    PIPELINE_MARKET: 'venues',
    PIPELINE_VENUE_PROFILE: settings.venueProfile,
    PIPELINE_INSTRUMENTS: settings.instruments,
    // The root file system may be read-only; this is memory, and gone with the instance.
    PIPELINE_DATA_FOLDER: '/tmp/worker',
    PIPELINE_HTTP_HOST: '0.0.0.0',
    PIPELINE_HTTP_PORT: String(PROBE_PORT),
    PIPELINE_MEMORY_LIMIT_MB: String(MEMORY_MB),
    PIPELINE_TICKS_LIMIT_MB: String(TICKS_MB),
    PIPELINE_SAMPLES_LIMIT_MB: String(SAMPLES_MB),
    PIPELINE_IMAGE_DIGEST: image.slice(image.indexOf('@') + 1),
  };
}

function probe(path: string, times: { periodSeconds: number; failureThreshold: number; timeoutSeconds: number }) {
  return { httpGet: { path, port: PROBE_PORT }, ...times };
}

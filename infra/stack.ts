import type * as pulumi from '@pulumi/pulumi';
import { enableApis } from './apis.ts';
import { declareBuckets } from './buckets.ts';
import { declareBudget } from './budget.ts';
import { type BundleStore, providerBundleStore } from './bundles/bundle-store.ts';
import { declareDeployedSet } from './deployed-set.ts';
import { doctorSettings, environmentOf } from './environment.ts';
import { declareFirestore } from './firestore.ts';
import { declareFunctions } from './functions.ts';
import { applyGrants } from './iam/apply-grants.ts';
import { GRANTS } from './iam/grants.ts';
import { declareRoles } from './iam/roles.ts';
import { declareIdentities } from './identities.ts';
import { declareMonitoring } from './monitoring/monitoring.ts';
import { declareNetwork } from './network.ts';
import { declareOperatorQueue } from './operator-queue.ts';
import type { Place } from './place.ts';
import { declareRegistry } from './registry.ts';
import { declareSchedules } from './schedules.ts';
import { declareSecrets } from './secrets.ts';
import type { StackSettings } from './settings/stack-settings.ts';
import { declareSigningKey } from './signing-key.ts';
import { declareSubscriptions } from './subscriptions.ts';
import { declareTopics } from './topics.ts';
import { declareWorker } from './worker.ts';

/** What a stack tells the outside (docs/operations/stack-outputs.md). */
export type StackOutputs = Readonly<Record<string, pulumi.Output<unknown> | string>>;

/** Everything of one environment, in the order in which it needs each other. */
export function declareStack(settings: StackSettings, bundles: BundleStore = providerBundleStore()): StackOutputs {
  const place: Place = { settings, apis: enableApis(settings.project) };
  const identities = declareIdentities(place);
  const roles = declareRoles(place);
  const buckets = declareBuckets(place);
  const databases = declareFirestore(place);
  const topics = declareTopics(place);
  const secrets = declareSecrets(place, topics);
  const signing = declareSigningKey(place);
  const registry = declareRegistry(place);
  const queue = declareOperatorQueue(place);
  const network = declareNetwork(place);

  const isForBuild = ([identity]: readonly string[]) => identity === 'builder';
  const basic = { identities, roles, buckets, topics, secrets, signing, queue, registry, subscriptions: {}, functions: {} };
  const buildRights = applyGrants(place, basic, GRANTS.filter(isForBuild));
  const environment = environmentOf(settings, signing);
  const functions = declareFunctions(place, { bundles, buckets, identities, environment, registry, buildRights });
  declareDeployedSet(place, buckets, functions);
  const subscriptions = declareSubscriptions(place, topics, functions);
  const rest = GRANTS.filter((grant) => !isForBuild(grant));
  applyGrants(place, { ...basic, subscriptions, functions }, rest);

  declareSchedules(place, functions);
  declareWorker(place, identities, network, subscriptions);
  declareBudget(place, declareMonitoring(place));

  return {
    environment: settings.environment,
    revision: settings.releaseSet.revision,
    releaseBucket: buckets.release.url,
    releaseDatabase: databases['(default)']!.name,
    signingKeyVersion: signing.signingVersion,
    trustedKeys: signing.trustedKeys,
    rollbackUrl: functions.rollback!.serviceConfig.apply((config) => config?.uri ?? ''),
    operatorQueue: queue.id,
    doctorSettings: doctorSettings(settings, signing),
    egressAddress: network.egress.address,
    registry: registry.id,
  };
}

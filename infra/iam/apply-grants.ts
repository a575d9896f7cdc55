import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
import type { Buckets } from '../buckets.ts';
import type { Identities } from '../identities.ts';
import type { Place } from '../place.ts';
import type { SigningKey } from '../signing-key.ts';
import type { Topics } from '../topics.ts';
import type { Grant } from './grants.ts';

/** Everything a right can be on. */
export interface GrantTargets {
  readonly identities: Identities;
  readonly roles: Readonly<Record<string, gcp.projects.IAMCustomRole>>;
  readonly buckets: Buckets;
  readonly topics: Topics;
  readonly subscriptions: Readonly<Record<string, gcp.pubsub.Subscription>>;
  readonly secrets: Readonly<Record<string, gcp.secretmanager.Secret>>;
  readonly signing: SigningKey;
  readonly functions: Readonly<Record<string, gcp.cloudfunctionsv2.Function>>;
  readonly queue: gcp.cloudtasks.Queue;
  readonly registry: gcp.artifactregistry.Repository;
}

/** Who gets what, as every IAM resource takes it. */
interface Right {
  readonly member: pulumi.Input<string>;
  readonly role: pulumi.Input<string>;
}

type Declare = (place: Place, targets: GrantTargets, logicalName: string, right: Right, name: string) => pulumi.Resource;

/** One IAM member for each grant, so that a right can be read in a preview and taken away alone. */
export function applyGrants(place: Place, targets: GrantTargets, grants: readonly Grant[]): pulumi.Resource[] {
  return grants.map(([identity, target, role]) => {
    const [kind = '', name = ''] = target.split(' ');
    const declare = DECLARE[kind];
    const member = targets.identities.members[identity];
    if (declare === undefined || member === undefined)
      throw new Error(`infra/iam/grants.ts: no ${kind} or no identity ${identity}`);
    const right = { member, role: targets.roles[role]?.name ?? role };
    return declare(place, targets, logicalName(identity, target, role), right, name);
  });
}

const DECLARE: Readonly<Record<string, Declare>> = {
  folder: (_place, { buckets }, logical, right, name) => {
    const folder = present(buckets.folders, name);
    return new gcp.storage.ManagedFolderIamMember(logical, { bucket: folder.bucket, managedFolder: folder.name, ...right });
  },
  bucket: (_place, { buckets }, logical, right, name) =>
    new gcp.storage.BucketIAMMember(logical, { bucket: present({ source: buckets.source }, name).name, ...right }),
  // Firestore has no policy of its own: the project's is bound to one database by a condition.
  database: ({ settings: { project } }, _targets, logical, right, name) => {
    const expression = `resource.name == "projects/${project}/databases/${name}"`;
    return new gcp.projects.IAMMember(logical, { project, ...right, condition: { title: `database ${name}`, expression } });
  },
  topic: ({ settings: { project } }, { topics }, logical, right, name) =>
    new gcp.pubsub.TopicIAMMember(logical, { project, topic: present(topics.byName, name).name, ...right }),
  subscription: ({ settings: { project } }, { topics, subscriptions }, logical, right, name) =>
    new gcp.pubsub.SubscriptionIAMMember(logical, {
      project,
      subscription: present({ ...topics.readers, ...subscriptions }, name).name,
      ...right,
    }),
  secret: ({ settings: { project } }, { secrets }, logical, right, name) =>
    new gcp.secretmanager.SecretIamMember(logical, { project, secretId: present(secrets, name).secretId, ...right }),
  key: (_place, { signing }, logical, right) =>
    new gcp.kms.CryptoKeyIAMMember(logical, { cryptoKeyId: signing.key.id, ...right }),
  function: ({ settings: { project, region } }, { functions }, logical, right, name) =>
    new gcp.cloudrunv2.ServiceIamMember(logical, { project, location: region, name: present(functions, name).name, ...right }),
  account: (_place, { identities }, logical, right, name) =>
    new gcp.serviceaccount.IAMMember(logical, { serviceAccountId: present(identities.accounts, name).name, ...right }),
  queue: ({ settings: { project, region } }, { queue }, logical, right) =>
    new gcp.cloudtasks.QueueIamMember(logical, { project, location: region, name: queue.name, ...right }),
  registry: ({ settings: { project, region } }, { registry }, logical, right) =>
    new gcp.artifactregistry.RepositoryIamMember(logical, { project, location: region, repository: registry.name, ...right }),
  project: ({ settings: { project } }, _targets, logical, right) => new gcp.projects.IAMMember(logical, { project, ...right }),
};

function present<T>(all: Readonly<Record<string, T>>, name: string): T {
  const found = all[name];
  if (found === undefined) throw new Error(`infra/iam/grants.ts names ${name}, which the stack does not declare`);
  return found;
}

/** `grant-<identity>-<target>-<role>`, in the letters that names may have. */
function logicalName(identity: string, target: string, role: string): string {
  const short = role.replace(/^roles\//, '');
  return `grant-${identity}-${target}-${short}`.replaceAll(/[ ./]/g, '-').replaceAll(/[()]/g, '');
}

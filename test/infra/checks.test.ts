import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedResource, StackRecording } from '../../infra/recording/record-stack.ts';
import { ROOT } from '../architecture/source-tree.ts';
import { delivery } from './checks/delivery.ts';
import { callers, environments } from './checks/environments.ts';
import { exposure } from './checks/exposure.ts';
import { rightsAgainst, rolesAgainst } from './checks/grants.ts';
import { loggedEvents, panels, runbooks } from './checks/monitoring.ts';
import { codeTopics, names } from './checks/names.ts';
import { protection } from './checks/protection.ts';
import type { Check } from './checks/recorded.ts';
import { functionLimits, schedules } from './checks/schedules.ts';
import { wiring } from './checks/wiring.ts';
import { identities, secretValues, worker, workerEnvironment } from './checks/worker.ts';
import { functionSchemas, workerSchema } from './function-schemas.ts';
import { functionWires, openedIn } from './function-wires.ts';
import { type ReleaseFolder, recordCommitted, releaseFolder } from './recorded-stacks.ts';

const iamPage = readFileSync(join(ROOT, 'docs/operations/iam.md'), 'utf8');
const rights = rightsAgainst(iamPage);
const envs = environments(functionSchemas);
const wires = wiring(functionWires);
const workerEnv = workerEnvironment(workerSchema);

let release: ReleaseFolder;
let recording: StackRecording;
beforeAll(async () => {
  release = releaseFolder();
  recording = await recordCommitted('prod', release.file);
});
afterAll(() => release.remove());

/** A deliberate mistake: one resource is changed, left out or added, and a check must name it. */
interface Mistake {
  readonly what: string;
  readonly check: Check;
  /** Logical name of the resource that is changed; with `set: null` it is left out. */
  readonly on: string;
  readonly set: Readonly<Record<string, unknown>> | null;
  readonly says: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  // Exposure
  mistake(
    'a bucket that could be public',
    exposure,
    'bucket-release',
    { publicAccessPrevention: 'inherited' },
    /could be made public/,
  ),
  mistake('a bucket with object ACLs', exposure, 'bucket-cold', { uniformBucketLevelAccess: false }, /could be made public/),
  mistake(
    'everybody may call',
    exposure,
    'grant-scheduler-function-collect-run-invoker',
    { member: 'allUsers' },
    /for everybody/,
  ),
  mistake(
    'every Google account may call',
    exposure,
    'grant-scheduler-function-collect-run-invoker',
    { member: 'allAuthenticatedUsers' },
    /for everybody/,
  ),
  mistake(
    'a function on the internet',
    exposure,
    'function-collect',
    { 'serviceConfig.ingressSettings': 'ALLOW_ALL' },
    /reached from outside/,
  ),
  mistake('a door in the firewall', exposure, 'firewall-https', { direction: 'INGRESS' }, /lets something in/),
  // Rights
  mistake(
    'a broader role',
    rights,
    'grant-publish-folder-release-releases-livepoolReleaseWriter',
    { role: 'roles/storage.objectAdmin' },
    /not in the table: publish/,
  ),
  mistake(
    'a right on a whole bucket',
    rights,
    'grant-deploy-bucket-source-livepoolObjectViewer',
    { bucket: 'example-prod-livepool-release' },
    /not in the table: deploy \| bucket release/,
  ),
  mistake(
    'a database right without its condition',
    rights,
    'grant-collect-database-pipeline-datastore-user',
    { condition: undefined },
    /not in the table: collect \| project/,
  ),
  mistake(
    'a condition that always holds',
    rights,
    'grant-collect-database-pipeline-datastore-user',
    { 'condition.expression': 'true' },
    /not in the table: collect \| project if true/,
  ),
  mistake(
    'a missing right',
    rights,
    'grant-publish-key-cloudkms-signer',
    null,
    /only in the table: publish \| key \| roles\/cloudkms.signer/,
  ),
  mistake(
    'another reader of exchange keys',
    rights,
    'grant-worker-secret-exchange-keys-secretmanager-secretAccessor',
    { member: 'serviceAccount:sa-score@example-prod.iam.gserviceaccount.com' },
    /not in the table: score \| secret exchange-keys/,
  ),
  mistake(
    'an account of another project',
    rights,
    'grant-scheduler-function-collect-run-invoker',
    { member: 'serviceAccount:sa-scheduler@other.iam.gserviceaccount.com' },
    /not in the table: serviceAccount:sa-scheduler@other/,
  ),
  mistake(
    'a role that may delete',
    rolesAgainst(iamPage),
    'role-livepoolReleaseWriter',
    { permissions: ['storage.objects.create', 'storage.objects.delete'] },
    /livepoolReleaseWriter/,
  ),
  mistake(
    'a database that code opens and nobody may',
    wires,
    'grant-signal-database-pipeline-datastore-user',
    null,
    /signal opens database pipeline without a right/,
  ),
  mistake(
    'a bucket that somebody may and no code opens',
    wires,
    'grant-collect-folder-cold-instruments-livepoolObjectViewer',
    { member: 'serviceAccount:sa-signal@example-prod.iam.gserviceaccount.com' },
    /signal has a right to bucket cold and opens none/,
  ),
  mistake(
    'a key for a function that does not sign',
    wires,
    'grant-publish-key-cloudkms-signer',
    { member: 'serviceAccount:sa-report@example-prod.iam.gserviceaccount.com' },
    /report has a right to key and opens none/,
  ),
  mistake(
    'a subscription that the worker reads and may not',
    wires,
    'grant-worker-subscription-md-trades-to-worker-pubsub-subscriber',
    null,
    /worker opens subscription md-trades-to-worker without a right/,
  ),
  mistake(
    'a database of the worker that nobody may open',
    wires,
    'grant-worker-database-exec-datastore-user',
    null,
    /worker opens database exec without a right/,
  ),
  mistake(
    'runs for the worker, which opens none',
    wires,
    'grant-signal-database-pipeline-datastore-user',
    { member: 'serviceAccount:sa-worker@example-prod.iam.gserviceaccount.com' },
    /worker has a right to database pipeline and opens none/,
  ),
  mistake(
    'the default account',
    identities,
    'function-score',
    { 'serviceConfig.serviceAccountEmail': undefined },
    /the default account/,
  ),
  mistake(
    'the default builder',
    identities,
    'function-score',
    { 'buildConfig.serviceAccount': undefined },
    /built by the default/,
  ),
  // Delivery
  mistake(
    'a push without identity',
    delivery,
    'subscription-pool-built-to-publish',
    { 'pushConfig.oidcToken': undefined },
    /pushes as nobody/,
  ),
  mistake(
    'a push as another stage',
    delivery,
    'subscription-pool-built-to-publish',
    { 'pushConfig.oidcToken.serviceAccountEmail': 'sa-push-build@example-prod.iam.gserviceaccount.com' },
    /publish would refuse/,
  ),
  mistake(
    'another audience',
    delivery,
    'subscription-pool-built-to-publish',
    { 'pushConfig.oidcToken.audience': 'https://example.com' },
    /another audience/,
  ),
  mistake('no dead letters', delivery, 'subscription-pool-scored-to-build', { deadLetterPolicy: undefined }, /no dead letters/),
  mistake('dead letters nobody reads', delivery, 'subscription-pool-scored-dlq-to-people', null, /nobody reads pool-scored-dlq/),
  mistake(
    'dead letters Pub/Sub may not write',
    delivery,
    'grant-agent-pubsub-topic-pool-scored-dlq-pubsub-publisher',
    null,
    /Pub\/Sub lacks/,
  ),
  mistake(
    'a message asked for again too early',
    delivery,
    'subscription-pool-scored-to-build',
    { ackDeadlineSeconds: 60 },
    /does not wait/,
  ),
  mistake(
    'market data that nobody catches up on',
    delivery,
    'subscription-md-book-to-worker',
    null,
    /nothing catches up on md-book/,
  ),
  mistake(
    'market data out of order',
    delivery,
    'subscription-md-trades-to-worker',
    { enableMessageOrdering: undefined },
    /does not keep the order/,
  ),
  mistake(
    'market data that is forgotten early',
    delivery,
    'subscription-md-derivs-to-worker',
    { messageRetentionDuration: '604800s' },
    /forgets sooner or later than md-derivs/,
  ),
  // Schedules
  mistake('a deadline shorter than the function', schedules, 'job-pool-monthly', { attemptDeadline: '180s' }, /waits 180 s/),
  mistake('a deadline Google does not take', schedules, 'job-pool-monthly', { attemptDeadline: '3600s' }, /waits 3600 s/),
  mistake(
    'a job nobody lets in',
    schedules,
    'job-pool-monthly',
    { 'httpTarget.oidcToken.serviceAccountEmail': 'sa-ops@example-prod.iam.gserviceaccount.com' },
    /calls as sa-ops/,
  ),
  mistake('a job in local time', schedules, 'job-pool-monthly', { timeZone: 'Europe/Berlin' }, /not in UTC/),
  mistake(
    'a function that runs too long',
    functionLimits,
    'function-collect',
    { 'serviceConfig.timeoutSeconds': 900 },
    /longer than 540/,
  ),
  // Environment
  mistake(
    'a misspelt variable',
    envs,
    'function-score',
    { 'serviceConfig.environmentVariables.PIPELINE_REVISION': 'x' },
    /PIPELINE_REVISION/,
  ),
  mistake(
    'a missing variable',
    envs,
    'function-publish',
    { 'serviceConfig.environmentVariables.PIPELINE_SIGNING_KEY': undefined },
    /PIPELINE_SIGNING_KEY/,
  ),
  mistake(
    'a stand-in in production',
    envs,
    'function-publish',
    { 'serviceConfig.environmentVariables.PIPELINE_KMS_ENDPOINT': 'https://example.com' },
    /PIPELINE_KMS_ENDPOINT/,
  ),
  mistake(
    'a caller that only the code lets in',
    callers,
    'function-rollback',
    { 'serviceConfig.environmentVariables.PIPELINE_CALLERS': 'eve@example.com' },
    /lists eve@example.com/,
  ),
  // Data
  mistake('an unprotected bucket', protection, 'bucket-release', { protect: false }, /bucket-release is not protected/),
  mistake('an unprotected key', protection, 'signing-key', { protect: false }, /signing-key is not protected/),
  mistake('no versions', protection, 'bucket-release', { versioning: undefined }, /keeps no versions/),
  mistake('no soft delete', protection, 'bucket-release', { softDeletePolicy: { retentionDurationSeconds: 0 } }, /forgets/),
  mistake(
    'a lifecycle that reaches releases',
    protection,
    'bucket-release',
    {
      lifecycleRules: [{ action: { type: 'Delete' }, condition: { age: 90, matchesPrefixes: ['crypto-live-pool-pipelines/'] } }],
    },
    /expire/,
  ),
  mistake(
    'a lifecycle for everything',
    protection,
    'bucket-release',
    { lifecycleRules: [{ action: { type: 'Delete' }, condition: { age: 90 } }] },
    /everything/,
  ),
  mistake('no retention of releases', protection, 'bucket-release', { enableObjectRetention: undefined }, /no retention/),
  mistake(
    'releases without retention',
    protection,
    'function-publish',
    { 'serviceConfig.environmentVariables.PIPELINE_RETENTION_DAYS': '30' },
    /could be removed/,
  ),
  mistake(
    'a database that can be deleted',
    protection,
    'database-release',
    { deleteProtectionState: undefined },
    /can be deleted/,
  ),
  mistake('a database without backups', protection, 'backup-pipeline', null, /no backups/),
  // Names
  mistake('a topic renamed on one side', codeTopics, 'topic-pool-built', { name: 'pool-ready' }, /pool-built is not declared/),
  mistake('a topic of market data renamed', codeTopics, 'topic-md-trades', { name: 'md-prints' }, /md-trades is not declared/),
  mistake('a name by Pulumi', names, 'bucket-release', { name: undefined }, /by Pulumi/),
  mistake('a metric without our prefix', names, 'metric-clp-request-total', { name: 'requests' }, /is called requests/),
  // Worker
  mistake('an image by tag', worker, 'worker', { 'template.containers.0.image': 'worker:latest' }, /without digest/),
  mistake('two workers', worker, 'worker', { 'scaling.manualInstanceCount': 2 }, /not one instance/),
  mistake(
    'a liveness that depends on venues',
    worker,
    'worker',
    { 'template.containers.0.livenessProbe.httpGet.path': '/health' },
    /no livenessProbe that asks for the process alone/,
  ),
  mistake(
    'a misspelt variable of the worker',
    workerEnv,
    'worker',
    { 'template.containers.0.envs.0.name': 'PIPELINE_PROJEKT' },
    /PIPELINE_PROJEKT/,
  ),
  mistake(
    'a worker that would trade',
    workerEnv,
    'worker',
    { 'template.containers.0.envs': [{ name: 'PIPELINE_MODE', value: 'live' }] },
    /would trade/,
  ),
  mistake(
    'a probe at another door',
    workerEnv,
    'worker',
    { 'template.containers.0.livenessProbe.httpGet.port': 9090 },
    /probed where it does not listen/,
  ),
  mistake('no liveness probe', worker, 'worker', { 'template.containers.0.livenessProbe': undefined }, /no livenessProbe/),
  mistake(
    'a way past the known address',
    worker,
    'worker',
    { 'template.vpcAccess.egress': 'PRIVATE_RANGES_ONLY' },
    /past the known address/,
  ),
  // Watching
  mistake('an alert without runbook', runbooks('## R-01 Version conflict\n'), 'alert-a16', {}, /links no runbook/),
  mistake('an alert that tells nobody', runbooks(''), 'alert-a01', { notificationChannels: [] }, /tells nobody/),
  mistake('a metric that is not there', panels, 'metric-clp-version-conflict-total', null, /not declared/),
  mistake('an alert without a panel', panels, 'alert-a01', { displayName: 'A99 New' }, /A99 New has no panel/),
  mistake(
    'an event that no code writes',
    loggedEvents("logger.error('request.bug')"),
    'metric-clp-request-terminal-total',
    {},
    /waits for request.terminal/,
  ),
];

describe('a deliberate mistake is found', () => {
  it.each(MISTAKES.map((each) => [each.what, each] as const))('%s', (_what, { check, on, set, says }) => {
    expect(recording.resources.some(({ name }) => name === on)).toBe(true);
    expect(check(mutated(recording, on, set)).filter((problem) => says.test(problem))).not.toEqual([]);
  });

  it('a secret with a value', () => {
    const version: RecordedResource = {
      type: 'gcp:secretmanager/secretVersion:SecretVersion',
      name: 'v',
      inputs: {},
      protect: false,
      retainOnDelete: false,
    };
    expect(secretValues({ ...recording, resources: [...recording.resources, version] })).toEqual([
      'v would keep a value in the state',
    ]);
  });

  it('a wiring that opens what is not said', () => {
    const opened = openedIn('openBucket(config, config.PIPELINE_BUCKET, deps); openSigner(config, deps)');
    expect(opened).toMatchObject({ buckets: ['PIPELINE_BUCKET'], databases: [], sends: false, signs: true });
    expect(wiring({ ...functionWires, signal: opened })(recording)).toEqual(
      expect.arrayContaining(['signal opens bucket release without a right to it', 'signal opens key without a right to it']),
    );
  });

  it('a policy that replaces all others', () => {
    const policy: RecordedResource = {
      type: 'gcp:projects/iAMBinding:IAMBinding',
      name: 'p',
      inputs: { role: 'roles/owner', members: ['user:eve@example.com'] },
      protect: false,
      retainOnDelete: false,
    };
    expect(rights({ ...recording, resources: [...recording.resources, policy] })).toEqual([
      'not in the table: several members | unknown IAMBinding | roles/owner',
    ]);
  });
});

function mistake(what: string, check: Check, on: string, set: Mistake['set'], says: RegExp): Mistake {
  return { what, check, on, set, says };
}

function mutated(of: StackRecording, on: string, set: Mistake['set']): StackRecording {
  if (set === null) return { ...of, resources: of.resources.filter(({ name }) => name !== on) };
  const change = (resource: RecordedResource): RecordedResource => {
    const copy = structuredClone({ ...resource, inputs: withoutArchives(resource.inputs) });
    for (const [path, value] of Object.entries(set)) put(path === 'protect' ? copy : copy.inputs, path.split('.'), value);
    return copy;
  };
  return { ...of, resources: of.resources.map((resource) => (resource.name === on ? change(resource) : resource)) };
}

/** Archives hold functions, which cannot be copied; nothing looks into them. */
function withoutArchives(inputs: RecordedResource['inputs']): Record<string, unknown> {
  return JSON.parse(JSON.stringify(inputs)) as Record<string, unknown>;
}

function put(into: object, [key = '', ...rest]: readonly string[], value: unknown): void {
  const target = into as Record<string, unknown>;
  if (rest.length === 0) target[key] = value;
  else put(target[key] as object, rest, value);
}

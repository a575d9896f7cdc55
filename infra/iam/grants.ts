import {
  DATABASES,
  DEPLOYED_SET,
  deadLetterTopic,
  MARKET_TOPICS,
  SECRETS,
  SIGNAL_TOPICS,
  subscriptionName,
  TOPICS,
} from '../../shared/src/contracts/names.ts';
import { FUNCTIONS, PUSH_IDENTITIES, RUNTIME_IDENTITIES } from '../deployables.ts';
import { PULLED } from '../subscriptions.ts';
import { CODE_TOPICS, DEAD_LETTER_READER, ROTATION_TOPIC } from '../topics.ts';

/**
 * One right: who, on what, as what. Targets are `folder <bucket>/<folder>`, `bucket B`, `database D`, `topic T`, `subscription S`, `secret S`,
 * `key`, `function F`, `account A`, `queue`, `registry`, `project`; a role without a slash is one of ours (`roles.ts`).
 */
export type Grant = readonly [identity: string, target: string, role: string];

const VIEW = 'livepoolObjectViewer';
const CREATE = 'livepoolObjectCreator';
const SWEEP = 'livepoolObjectSweeper';
const RELEASE_WRITER = 'livepoolReleaseWriter';
const MIRROR_WRITER = 'livepoolMirrorWriter';
const DATA_USER = 'roles/datastore.user';
const DATA_VIEWER = 'roles/datastore.viewer';
const PUBLISHER = 'roles/pubsub.publisher';
const SUBSCRIBER = 'roles/pubsub.subscriber';
const INVOKER = 'roles/run.invoker';

const PIPELINE = `database ${DATABASES.pipeline}`;
const RELEASE = `database ${DATABASES.release}`;
const EXEC = `database ${DATABASES.exec}`;

/** Identities that run something, each with what its work needs (operations spec §4). */
const RUNTIME: readonly Grant[] = [
  ['collect', 'folder release/raw', VIEW],
  ['collect', 'folder release/raw', CREATE],
  ['collect', 'folder release/evidence', VIEW],
  ['collect', 'folder cold/cold', VIEW],
  ['collect', 'folder cold/cold', CREATE],
  ['collect', 'folder cold/collections', VIEW],
  ['collect', 'folder cold/collections', CREATE],
  ['collect', 'folder cold/instruments', VIEW],
  ['collect', 'folder cold/instruments', CREATE],
  ['collect', 'folder cold/calibration', VIEW],
  ['collect', 'folder cold/staging', MIRROR_WRITER],
  ['collect', `folder source/${DEPLOYED_SET.folder}`, VIEW],
  ['collect', `secret ${SECRETS.marketDataKey}`, 'roles/secretmanager.secretAccessor'],
  ['collect', PIPELINE, DATA_USER],
  ['collect', RELEASE, DATA_VIEWER],
  ['collect', `topic ${TOPICS.collected}`, PUBLISHER],

  ['score', 'folder release/raw', VIEW],
  ['score', 'folder release/staging', VIEW],
  ['score', 'folder release/staging', CREATE],
  ['score', PIPELINE, DATA_USER],
  ['score', `topic ${TOPICS.scored}`, PUBLISHER],
  ['score', `topic ${deadLetterTopic(TOPICS.collected)}`, PUBLISHER],

  ['build', 'folder release/staging', VIEW],
  ['build', 'folder release/staging', CREATE],
  ['build', PIPELINE, DATA_USER],
  ['build', `topic ${TOPICS.built}`, PUBLISHER],
  ['build', `topic ${deadLetterTopic(TOPICS.scored)}`, PUBLISHER],

  ['publish', 'folder release/releases', RELEASE_WRITER],
  ['publish', 'folder release/evidence', RELEASE_WRITER],
  ['publish', 'folder release/log', RELEASE_WRITER],
  ['publish', 'folder release/current', MIRROR_WRITER],
  ['publish', 'folder release/monthly', MIRROR_WRITER],
  ['publish', 'folder release/staging', VIEW],
  ['publish', RELEASE, DATA_USER],
  ['publish', PIPELINE, DATA_USER],
  ['publish', 'key', 'roles/cloudkms.signer'],
  ['publish', 'key', 'roles/cloudkms.publicKeyViewer'],
  ['publish', `topic ${TOPICS.published}`, PUBLISHER],
  ['publish', `topic ${deadLetterTopic(TOPICS.built)}`, PUBLISHER],

  ['shadow', 'folder release/releases', VIEW],
  ['shadow', 'folder release/raw', VIEW],
  ['shadow', 'folder release/shadow', VIEW],
  ['shadow', 'folder release/shadow', CREATE],
  ['shadow', PIPELINE, DATA_USER],
  ['shadow', `topic ${deadLetterTopic(TOPICS.published)}`, PUBLISHER],

  ['report', 'folder release/releases', VIEW],
  ['report', 'folder release/evidence', VIEW],
  ['report', 'folder release/monthly', MIRROR_WRITER],
  ['report', 'folder release/shadow', VIEW],
  ['report', 'folder release/reports', VIEW],
  ['report', 'folder release/reports', CREATE],
  ['report', RELEASE, DATA_VIEWER],
  ['report', PIPELINE, DATA_VIEWER],
  ['report', `topic ${deadLetterTopic(TOPICS.published)}`, PUBLISHER],

  ['signal', PIPELINE, DATA_USER],
  ['signal', `topic ${SIGNAL_TOPICS.regime}`, PUBLISHER],

  ['compact', 'folder cold/staging', SWEEP],
  ['compact', 'folder cold/cold', VIEW],
  ['compact', 'folder cold/cold', CREATE],

  ['worker', 'folder release/releases', VIEW],
  ['worker', 'folder release/current', VIEW],
  ['worker', 'folder cold/staging', CREATE],
  ['worker', 'folder release/raw', CREATE],
  ['worker', 'folder cold/journal', CREATE],
  ['worker', RELEASE, DATA_VIEWER],
  ['worker', EXEC, DATA_USER],
  ['worker', `secret ${SECRETS.exchangeKeys}`, 'roles/secretmanager.secretAccessor'],
  ['worker', `topic ${SIGNAL_TOPICS.alerts}`, PUBLISHER],
  ...Object.values(MARKET_TOPICS).flatMap((topic): readonly Grant[] => [
    ['worker', `topic ${topic}`, PUBLISHER],
    ['worker', `topic ${deadLetterTopic(topic)}`, PUBLISHER],
  ]),
  ...PULLED.filter(({ consumer }) => consumer === 'worker').map(
    ({ topic, consumer }): Grant => [consumer, `subscription ${subscriptionName(topic, consumer)}`, SUBSCRIBER],
  ),
];

/** Who may call which function: exactly the callers of its row. */
const INVOCATIONS: readonly Grant[] = FUNCTIONS.flatMap(({ name, callers }) =>
  callers.map((caller): Grant => [caller, `function ${name}`, INVOKER]),
);

/** People act as `ops`: they look at everything, ask functions through the queue, and read what no consumer could use. */
const OPERATIONS: readonly Grant[] = [
  ['ops', 'folder release/releases', VIEW],
  ['ops', 'folder release/current', VIEW],
  ['ops', 'folder release/evidence', VIEW],
  ['ops', 'folder release/log', VIEW],
  ['ops', 'folder release/reports', VIEW],
  ['ops', RELEASE, DATA_VIEWER],
  ['ops', PIPELINE, DATA_VIEWER],
  ['ops', EXEC, DATA_VIEWER],
  ['operators', 'account ops', 'roles/iam.serviceAccountTokenCreator'],
  ['operators', 'account ops', 'roles/iam.serviceAccountUser'],
  ['operators', 'queue', 'roles/cloudtasks.enqueuer'],
  ['operators', 'project', 'roles/logging.viewer'],
  ['operators', 'project', 'roles/monitoring.viewer'],
  ...[SIGNAL_TOPICS.alerts, ...CODE_TOPICS.map(({ name }) => deadLetterTopic(name)), ROTATION_TOPIC].map(
    (topic): Grant => ['operators', `subscription ${subscriptionName(topic, DEAD_LETTER_READER)}`, SUBSCRIBER],
  ),
];

/** CI deploys and reads no data; the builder turns a bundle into an image. */
const DEPLOYMENT: readonly Grant[] = [
  ['ci', 'account deploy', 'roles/iam.workloadIdentityUser'],
  ['deploy', 'project', 'livepoolDeployer'],
  ['deploy', 'bucket source', VIEW],
  ['deploy', 'bucket source', CREATE],
  ['deploy', `folder source/${DEPLOYED_SET.folder}`, MIRROR_WRITER],
  ...[...RUNTIME_IDENTITIES, ...PUSH_IDENTITIES, 'scheduler', 'builder'].map(
    (identity): Grant => ['deploy', `account ${identity}`, 'roles/iam.serviceAccountUser'],
  ),
  ['builder', 'bucket source', VIEW],
  ['builder', 'registry', 'roles/artifactregistry.writer'],
  ['builder', 'project', 'roles/logging.logWriter'],
];

/**
 * Google's own identities: Pub/Sub moves dead letters, Secret Manager says that a secret is due, Monitoring knocks at the brake, whose
 * own list of callers does not know it and refuses.
 */
const AGENTS: readonly Grant[] = [
  ...CODE_TOPICS.map(({ name }): Grant => ['agent-pubsub', `topic ${deadLetterTopic(name)}`, PUBLISHER]),
  ...[...FUNCTIONS.flatMap(({ name, topic }) => (topic === undefined ? [] : [{ topic, consumer: name }])), ...PULLED].map(
    ({ topic, consumer }): Grant => ['agent-pubsub', `subscription ${subscriptionName(topic, consumer)}`, SUBSCRIBER],
  ),
  ['agent-secretmanager', `topic ${ROTATION_TOPIC}`, PUBLISHER],
  ['agent-monitoring', 'function rollback', INVOKER],
];

/** Every right that the stack gives; `docs/operations/iam.md` is its twin, written by hand. */
export const GRANTS: readonly Grant[] = [...RUNTIME, ...INVOCATIONS, ...OPERATIONS, ...DEPLOYMENT, ...AGENTS];

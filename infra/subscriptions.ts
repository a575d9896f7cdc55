import * as gcp from '@pulumi/gcp';
import {
  deadLetterTopic,
  MARKET_SUBSCRIPTIONS,
  PEOPLE,
  SIGNAL_TOPICS,
  subscriptionName,
  TOPICS,
} from '../shared/src/contracts/names.ts';
import { FUNCTIONS } from './deployables.ts';
import { audienceOf } from './environment.ts';
import { emailOf } from './identities.ts';
import { type Place, replaceable } from './place.ts';
import { MARKET_RETENTION_DAYS, type Topics } from './topics.ts';

/** Settings that every subscription of the chain shares (operations spec §2). */
const SHARED = {
  ackDeadlineSeconds: 600,
  retryPolicy: { minimumBackoff: '30s', maximumBackoff: '600s' },
  messageRetentionDuration: `${7 * 86_400}s`,
  expirationPolicy: { ttl: '' },
} as const;

const MAX_DELIVERY_ATTEMPTS = 5;

/** A subscription that is pulled from, with settings of its own. */
interface PulledRow {
  readonly topic: string;
  readonly consumer: string;
  readonly own?: Partial<gcp.pubsub.SubscriptionArgs>;
}

/** Market data, in the order of their keys; what the worker does not acknowledge in time another one gets soon (data platform spec §3). */
const MARKET_DATA = {
  ackDeadlineSeconds: 60,
  retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
  enableMessageOrdering: true,
};

/** Who pulls what: the worker hears of a new pool and of the regime, its cold writer catches up on market data, and people see alerts. */
export const PULLED: readonly PulledRow[] = [
  { topic: TOPICS.published, consumer: 'worker' },
  { topic: SIGNAL_TOPICS.regime, consumer: 'worker' },
  { topic: SIGNAL_TOPICS.alerts, consumer: PEOPLE },
  ...MARKET_SUBSCRIPTIONS.map(({ topic, consumer }) => {
    const messageRetentionDuration = `${MARKET_RETENTION_DAYS[topic] * 86_400}s`;
    return { topic, consumer, own: { ...MARKET_DATA, messageRetentionDuration } };
  }),
];

/** One push subscription for each function that listens, and those that the worker pulls from; each with dead letters. By name. */
export function declareSubscriptions(
  place: Place,
  topics: Topics,
  functions: Readonly<Record<string, gcp.cloudfunctionsv2.Function>>,
): Readonly<Record<string, gcp.pubsub.Subscription>> {
  const { settings } = place;
  const pushed = FUNCTIONS.flatMap(({ name, topic }) => {
    if (topic === undefined) return [];
    const oidcToken = { serviceAccountEmail: emailOf(settings.project, `push-${name}`), audience: audienceOf(settings, name) };
    const pushConfig = { pushEndpoint: functions[name]!.serviceConfig.apply((config) => config?.uri ?? ''), oidcToken };
    return [subscription(place, topics, topic, name, { pushConfig })];
  });
  const pulled = PULLED.map(({ topic, consumer, own }) => subscription(place, topics, topic, consumer, own));
  return Object.fromEntries([...pushed, ...pulled]);
}

function subscription(
  place: Place,
  topics: Topics,
  topic: string,
  consumer: string,
  own: Partial<gcp.pubsub.SubscriptionArgs> = {},
): readonly [string, gcp.pubsub.Subscription] {
  const name = subscriptionName(topic, consumer);
  const args: gcp.pubsub.SubscriptionArgs = {
    ...SHARED,
    project: place.settings.project,
    name,
    topic: topics.byName[topic]!.name,
    deadLetterPolicy: { deadLetterTopic: topics.byName[deadLetterTopic(topic)]!.id, maxDeliveryAttempts: MAX_DELIVERY_ATTEMPTS },
    ...own,
  };
  return [name, new gcp.pubsub.Subscription(`subscription-${name}`, args, replaceable(place))];
}

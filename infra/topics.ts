import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as gcp from '@pulumi/gcp';
import {
  deadLetterTopic,
  MARKET_TOPICS,
  type MarketTopic,
  PEOPLE,
  SIGNAL_TOPICS,
  subscriptionName,
  TOPICS,
} from '../shared/src/contracts/names.ts';
import { type Place, replaceable } from './place.ts';

export interface Topics {
  /** Topics of the code, their dead letters, and the rotation topic, by name. */
  readonly byName: Readonly<Record<string, gcp.pubsub.Topic>>;
  /** Subscriptions that people read, by name. */
  readonly readers: Readonly<Record<string, gcp.pubsub.Subscription>>;
}

/** Secret Manager announces here that a secret is due. */
export const ROTATION_TOPIC = 'secret-rotation';

/** Who reads what no consumer could use: people, so nothing is lost while they sleep. */
export const DEAD_LETTER_READER = PEOPLE;

const DAY_S = 86_400;
const DEAD_LETTERS_S = 14 * DAY_S;

/** A topic that code publishes to (operations spec §2, data platform spec §3). */
interface TopicRow {
  readonly name: string;
  readonly retentionDays: number;
  /** File in `schemas/`; absent where a message is bytes with attributes, which Pub/Sub does not look at. */
  readonly schema?: string;
}

/** Days for which a topic of market data, and the subscription to it, keep a message. */
export const MARKET_RETENTION_DAYS: Readonly<Record<MarketTopic, number>> = {
  [MARKET_TOPICS.book]: 7,
  [MARKET_TOPICS.trades]: 7,
  [MARKET_TOPICS.bars]: 7,
  [MARKET_TOPICS.derivs]: 14,
  [MARKET_TOPICS.quality]: 31,
};

/** Every topic of the code. */
export const CODE_TOPICS: readonly TopicRow[] = [
  { name: TOPICS.collected, retentionDays: 7, schema: 'stage-message' },
  { name: TOPICS.scored, retentionDays: 7, schema: 'stage-message' },
  { name: TOPICS.built, retentionDays: 7, schema: 'stage-message' },
  { name: TOPICS.published, retentionDays: 7, schema: 'published-message' },
  { name: SIGNAL_TOPICS.regime, retentionDays: 31, schema: 'regime-message' },
  { name: SIGNAL_TOPICS.alerts, retentionDays: 31, schema: 'alert-message' },
  ...Object.values(MARKET_TOPICS).map((name) => ({ name, retentionDays: MARKET_RETENTION_DAYS[name] })),
];

/** Topics with the shape of their messages, dead letters that are kept for people, and the rotation topic. */
export function declareTopics(place: Place): Topics {
  const files = [...new Set(CODE_TOPICS.flatMap(({ schema: file }) => file ?? []))];
  const schemas = new Map(files.map((file) => [file, schema(place, file)]));
  const topics = CODE_TOPICS.map((row) => codeTopic(place, row, schemas.get(row.schema ?? '')));
  // Without a schema: a dead letter may be a message of any shape.
  const read = [...CODE_TOPICS.map(({ name }) => deadLetterTopic(name)), ROTATION_TOPIC].map((name) => readTopic(place, name));
  return {
    byName: Object.fromEntries([...topics, ...read.map(({ name, topic }) => [name, topic] as const)]),
    readers: Object.fromEntries(read.map(({ readerName, reader }) => [readerName, reader])),
  };
}

function schema(place: Place, name: string): gcp.pubsub.Schema {
  const { project } = place.settings;
  const definition = readFileSync(resolve(import.meta.dirname, 'schemas', `${name}.avsc.json`), 'utf8');
  return new gcp.pubsub.Schema(`schema-${name}`, { project, name, type: 'AVRO', definition }, replaceable(place));
}

function codeTopic(
  place: Place,
  { name, retentionDays }: TopicRow,
  form: gcp.pubsub.Schema | undefined,
): readonly [string, gcp.pubsub.Topic] {
  const { project } = place.settings;
  const schemaSettings = form === undefined ? {} : { schemaSettings: { schema: form.id, encoding: 'JSON' } };
  const args = { project, name, messageRetentionDuration: `${retentionDays * DAY_S}s`, ...schemaSettings };
  return [name, new gcp.pubsub.Topic(`topic-${name}`, args, replaceable(place))];
}

/** A topic that people read: what nobody has read is kept for two weeks. */
function readTopic(place: Place, name: string) {
  const { project } = place.settings;
  const topic = new gcp.pubsub.Topic(`topic-${name}`, { project, name }, replaceable(place));
  const readerName = subscriptionName(name, DEAD_LETTER_READER);
  const args = {
    project,
    name: readerName,
    topic: topic.name,
    messageRetentionDuration: `${DEAD_LETTERS_S}s`,
    expirationPolicy: { ttl: '' },
    ackDeadlineSeconds: 600,
  };
  return { name, topic, readerName, reader: new gcp.pubsub.Subscription(`subscription-${readerName}`, args, replaceable(place)) };
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as gcp from '@pulumi/gcp';
import { deadLetterTopic, subscriptionName, TOPICS } from '../shared/src/contracts/names.ts';
import { type Place, replaceable } from './place.ts';

export interface Topics {
  /** Topics of the chain, their dead letters, and the rotation topic, by name. */
  readonly byName: Readonly<Record<string, gcp.pubsub.Topic>>;
  /** Subscriptions that people read, by name. */
  readonly readers: Readonly<Record<string, gcp.pubsub.Subscription>>;
}

/** Secret Manager announces here that a secret is due. */
export const ROTATION_TOPIC = 'secret-rotation';

/** Who reads what no consumer could use: people, so nothing is lost while they sleep. */
export const DEAD_LETTER_READER = 'people';

const WEEK_S = 7 * 86_400;
const DEAD_LETTERS_S = 14 * 86_400;

/** Topics of the chain with the shape of their messages, dead letters that are kept for people, and the rotation topic. */
export function declareTopics(place: Place): Topics {
  const stage = schema(place, 'stage-message');
  const published = schema(place, 'published-message');
  const chain = Object.values(TOPICS).map((name) => chainTopic(place, name, name === TOPICS.published ? published : stage));
  // Without a schema: a dead letter may be a message of any shape.
  const read = [...Object.values(TOPICS).map(deadLetterTopic), ROTATION_TOPIC].map((name) => readTopic(place, name));
  return {
    byName: Object.fromEntries([...chain, ...read.map(({ name, topic }) => [name, topic] as const)]),
    readers: Object.fromEntries(read.map(({ readerName, reader }) => [readerName, reader])),
  };
}

function schema(place: Place, name: string): gcp.pubsub.Schema {
  const { project } = place.settings;
  const definition = readFileSync(resolve(import.meta.dirname, 'schemas', `${name}.avsc.json`), 'utf8');
  return new gcp.pubsub.Schema(`schema-${name}`, { project, name, type: 'AVRO', definition }, replaceable(place));
}

function chainTopic(place: Place, name: string, { id }: gcp.pubsub.Schema): readonly [string, gcp.pubsub.Topic] {
  const { project } = place.settings;
  const args = {
    project,
    name,
    messageRetentionDuration: `${WEEK_S}s`,
    schemaSettings: { schema: id, encoding: 'JSON' },
  };
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

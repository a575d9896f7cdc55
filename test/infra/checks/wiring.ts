import { DATABASES, SECRETS, subscriptionName, TOPICS } from '#shared/contracts/names.ts';
import type { Opened } from '../function-wires.ts';
import { recordedGrants } from './grants.ts';
import { type Check, ofType, textAt } from './recorded.ts';

/**
 * Rights without an opener, and why: operations spec §4 gives `collect` the key, while candles come from public endpoints; and it gives
 * the worker what an executor reads, and it has none.
 */
const UNUSED: readonly string[] = [
  `collect: secret ${SECRETS.marketDataKey}`,
  'worker: bucket release',
  `worker: database ${DATABASES.release}`,
  `worker: secret ${SECRETS.exchangeKeys}`,
  `worker: subscription ${subscriptionName(TOPICS.published, 'worker')}`,
];

/** Bucket that a setting names, as rights name it. */
const BUCKETS: Readonly<Record<string, string>> = {
  PIPELINE_BUCKET: 'release',
  PIPELINE_COLD_BUCKET: 'cold',
  PIPELINE_SOURCE_BUCKET: 'source',
};

/** Database that a setting names. */
const NAMED: Readonly<Record<string, string>> = {
  PIPELINE_DATABASE: DATABASES.pipeline,
  PIPELINE_RELEASE_DATABASE: DATABASES.release,
  PIPELINE_EXEC_DATABASE: DATABASES.exec,
};

/** Every identity has a right on what its deployables open, and none on what none of them opens. */
export function wiring(wires: Readonly<Record<string, Opened>>): Check {
  return (recording) => {
    const wanted = new Map<string, Set<string>>();
    for (const { inputs } of [...ofType(recording, 'Function'), ...ofType(recording, 'WorkerPool')]) {
      const account = textAt(inputs, 'serviceConfig.serviceAccountEmail') || textAt(inputs, 'template.serviceAccount');
      const identity = /^sa-([a-z-]+)@/.exec(account)?.[1] ?? '';
      const opened = wires[textAt(inputs, 'name')];
      const known = wanted.get(identity) ?? new Set();
      wanted.set(identity, new Set([...known, ...(opened === undefined ? [] : thingsOf(opened))]));
    }
    return [...wanted].flatMap(([identity, wants]) => {
      const has = new Set(
        recordedGrants(recording)
          .filter(([who]) => who === identity)
          .map(([, target]) => thingOf(target)),
      );
      return [
        ...[...wants].filter((thing) => !has.has(thing)).map((thing) => `${identity} opens ${thing} without a right to it`),
        ...[...has]
          .filter((thing) => !wants.has(thing) && !UNUSED.includes(`${identity}: ${thing}`))
          .map((thing) => `${identity} has a right to ${thing} and opens none`),
      ];
    });
  };
}

function thingsOf({ buckets, databases, pulls, sends, signs, readsSecrets }: Opened): readonly string[] {
  return [
    ...buckets.map((setting) => `bucket ${BUCKETS[setting] ?? setting}`),
    ...databases.map((setting) => `database ${NAMED[setting] ?? setting}`),
    ...pulls.map((name) => `subscription ${name}`),
    ...(sends ? ['a topic'] : []),
    ...(signs ? ['key'] : []),
    ...(readsSecrets ? ['a secret'] : []),
  ];
}

/** A target of a right as coarse as code opens it: a folder is its bucket, any topic a topic. */
function thingOf(target: string): string {
  const [kind, name = ''] = target.split(' ');
  if (kind === 'folder') return `bucket ${name.split('/')[0]}`;
  return kind === 'topic' ? 'a topic' : target;
}

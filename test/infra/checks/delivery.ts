import { deadLetterTopic, MARKET_SUBSCRIPTIONS, subscriptionName } from '#shared/contracts/names.ts';
import { DEAD_LETTER_READER } from '../../../infra/topics.ts';
import { recordedGrants } from './grants.ts';
import { at, type Check, ofType, textAt } from './recorded.ts';

/** Longest a subscription may wait for an answer, and longest run of a function behind one. */
const MAX_ACK_DEADLINE_S = 600;

/** Market data of a process that died comes to the next one so soon (data platform spec §3). */
const MARKET_ACK_DEADLINE_S = 60;

/** Every push proves who it is to exactly one function, and every message that nobody can use ends where people look. */
export const delivery: Check = (recording) => [
  ...pushes(recording),
  ...deadLetters(recording),
  ...patience(recording),
  ...marketData(recording),
];

const pushes: Check = (recording) =>
  ofType(recording, 'Subscription')
    .filter(({ inputs }) => at(inputs, 'pushConfig') !== undefined)
    .flatMap(({ name, inputs }) => {
      const consumer = textAt(inputs, 'name').split('-to-')[1] ?? '';
      const target = ofType(recording, 'Function').find((found) => textAt(found.inputs, 'name') === consumer);
      if (target === undefined) return [`${name} pushes to ${consumer}, which is not there`];
      const env = at(target.inputs, 'serviceConfig.environmentVariables');
      const account = textAt(inputs, 'pushConfig.oidcToken.serviceAccountEmail');
      return [
        ...(account === `sa-push-${consumer}@${recording.project}.iam.gserviceaccount.com`
          ? []
          : [`${name} pushes as ${account || 'nobody'}`]),
        ...(textAt(env, 'PIPELINE_CALLERS').split(',').includes(account)
          ? []
          : [`${consumer} would refuse ${account || 'a push without identity'}`]),
        ...(textAt(inputs, 'pushConfig.oidcToken.audience') === textAt(env, 'PIPELINE_AUDIENCE')
          ? []
          : [`${name} has another audience than ${consumer}`]),
        ...(textAt(inputs, 'pushConfig.pushEndpoint').startsWith('https://') ? [] : [`${name} has no https endpoint`]),
      ];
    });

/** Dead letters have a reader, and Pub/Sub may move a message there: take it from here, put it there. */
const deadLetters: Check = (recording) => {
  const rights = new Set(recordedGrants(recording).map((grant) => grant.join(' | ')));
  const names = new Set(ofType(recording, 'Subscription').map(({ inputs }) => textAt(inputs, 'name')));
  return ofType(recording, 'Subscription')
    .filter(({ inputs }) => !textAt(inputs, 'name').endsWith(`-to-${DEAD_LETTER_READER}`))
    .flatMap(({ name, inputs }) => {
      const dead = deadLetterTopic(textAt(inputs, 'topic'));
      if (!textAt(inputs, 'deadLetterPolicy.deadLetterTopic').endsWith(`/topics/${dead}`))
        return [`${name} has no dead letters in ${dead}`];
      const needed = [
        `agent-pubsub | subscription ${textAt(inputs, 'name')} | roles/pubsub.subscriber`,
        `agent-pubsub | topic ${dead} | roles/pubsub.publisher`,
      ];
      return [
        ...(at(inputs, 'deadLetterPolicy.maxDeliveryAttempts') === 5 ? [] : [`${name} does not give up after 5 attempts`]),
        ...(names.has(subscriptionName(dead, DEAD_LETTER_READER)) ? [] : [`nobody reads ${dead}`]),
        ...needed.filter((right) => !rights.has(right)).map((right) => `Pub/Sub lacks ${right}`),
      ];
    });
};

/** A function that is still at work is not asked again. */
const patience: Check = (recording) =>
  ofType(recording, 'Subscription')
    .filter(({ inputs }) => !isMarketData(textAt(inputs, 'name')))
    .filter(({ inputs }) => Number(at(inputs, 'ackDeadlineSeconds')) !== MAX_ACK_DEADLINE_S)
    .map(({ name }) => `${name} does not wait ${MAX_ACK_DEADLINE_S} s`);

/** Every topic of market data has a subscription that keeps the order, asks again soon, and keeps as long as its topic does. */
const marketData: Check = (recording) =>
  MARKET_SUBSCRIPTIONS.flatMap(({ topic, subscription }) => {
    const found = ofType(recording, 'Subscription').find(({ inputs }) => textAt(inputs, 'name') === subscription);
    if (found === undefined) return [`nothing catches up on ${topic}: ${subscription} is not there`];
    const { name, inputs } = found;
    const kept = ofType(recording, 'Topic').find((each) => textAt(each.inputs, 'name') === topic);
    const retention = textAt(kept?.inputs, 'messageRetentionDuration');
    return [
      ...(at(inputs, 'enableMessageOrdering') === true ? [] : [`${name} does not keep the order`]),
      ...(at(inputs, 'ackDeadlineSeconds') === MARKET_ACK_DEADLINE_S ? [] : [`${name} does not wait ${MARKET_ACK_DEADLINE_S} s`]),
      ...(textAt(inputs, 'retryPolicy.minimumBackoff') === '10s' ? [] : [`${name} asks again too early or too late`]),
      ...(textAt(inputs, 'messageRetentionDuration') === retention ? [] : [`${name} forgets sooner or later than ${topic}`]),
    ];
  });

function isMarketData(name: string): boolean {
  return MARKET_SUBSCRIPTIONS.some(({ subscription }) => subscription === name);
}

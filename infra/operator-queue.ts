import * as gcp from '@pulumi/gcp';
import { type Place, replaceable } from './place.ts';

/** Name of the queue through which operators reach functions. */
export const OPERATOR_QUEUE = 'operator-acts';

/**
 * The door of people to functions that nobody outside may call: a task is a call from inside, carries the identity `ops`, and is
 * tried once, because an act of a person is never repeated behind his back (operations spec §1).
 */
export function declareOperatorQueue(place: Place): gcp.cloudtasks.Queue {
  const { project, region } = place.settings;
  return new gcp.cloudtasks.Queue(
    'operator-queue',
    {
      project,
      location: region,
      name: OPERATOR_QUEUE,
      rateLimits: { maxConcurrentDispatches: 1 },
      retryConfig: { maxAttempts: 1 },
      stackdriverLoggingConfig: { samplingRatio: 1 },
    },
    replaceable(place),
  );
}

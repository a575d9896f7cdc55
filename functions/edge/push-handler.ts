import type { z } from 'zod';
import { deadLetterTopic } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { EventBus } from '#shared/ports/event-bus.ts';
import type { EdgeRequest } from './edge-request.ts';
import type { Outcome } from './outcome.ts';
import { deadLetterData, decodeMessage, decodePush, type PushedMessage } from './push-envelope.ts';
import type { RunContext } from './run-context.ts';

export interface PushHandlerOptions<T> {
  /** Topic that the subscription listens to. */
  readonly topic: string;
  readonly schema: z.ZodType<T>;
  readonly bus: EventBus;
  readonly handle: (message: T, context: RunContext) => Promise<Outcome>;
}

/**
 * Handles pushed messages of one topic. A message that can never succeed is copied to the topic's dead letters before it is
 * acknowledged, so that nothing is lost silently; if the copy fails, the delivery is asked for again.
 */
export function pushHandler<T>(options: PushHandlerOptions<T>) {
  return async (request: EdgeRequest, context: RunContext): Promise<Outcome> => {
    const pushed = decodePush(request.body);
    if (!pushed.ok) return { kind: 'bad_request', refusal: pushed.error };
    const outcome = await handled(options, pushed.value, context);
    if (outcome.kind === 'terminal') {
      await options.bus.publish({ topic: deadLetterTopic(options.topic), data: deadLetterData(pushed.value) });
    }
    return outcome;
  };
}

async function handled<T>(options: PushHandlerOptions<T>, pushed: PushedMessage, context: RunContext): Promise<Outcome> {
  const message = decodeMessage(options.schema, pushed);
  if (!message.ok) return { kind: 'terminal', refusals: [message.error] };
  try {
    return await options.handle(message.value, context);
  } catch (error) {
    return terminalOf(error);
  }
}

/** A terminal error as an outcome; every other one is thrown on. */
export function terminalOf(error: unknown): Outcome {
  if (!(error instanceof LivepoolError) || error.kind !== 'terminal') throw error;
  return { kind: 'terminal', refusals: [{ code: error.code, message: error.message, details: error.details }] };
}

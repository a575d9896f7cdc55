import { z } from 'zod';
import { decodeContract } from '#shared/contracts/decode.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import { MAX_BODY_BYTES } from './request-limits.ts';

/** A message that Pub/Sub pushed, its payload not yet judged. */
export interface PushedMessage {
  readonly bytes: Uint8Array;
  readonly messageId: string;
  /** Absent where the subscription has no dead-letter policy. */
  readonly deliveryAttempt: number | undefined;
}

/** Largest payload of ours (operations spec §2). */
const MAX_PAYLOAD_BYTES = 4_096;

const LIMITS = { maxBytes: MAX_PAYLOAD_BYTES, maxDepth: 2 };

/** Pub/Sub's envelope is an open contract: what it adds later is ignored. The payload inside is ours and closed. */
const envelopeSchema = z.object({
  message: z.object({ data: z.base64().optional(), messageId: z.string().min(1) }),
  subscription: z.string().min(1),
  deliveryAttempt: z.int().positive().optional(),
});

/** The message in the body of a push request; REQUEST_INVALID for what is no envelope, since that was not sent by Pub/Sub. */
export function decodePush(body: Uint8Array): Result<PushedMessage, Refusal> {
  const envelope = decodeContract(envelopeSchema, body, 'the push envelope', { maxBytes: MAX_BODY_BYTES });
  if (!envelope.ok) return err({ ...envelope.error, code: 'REQUEST_INVALID' });
  const { message, deliveryAttempt } = envelope.value;
  return ok({ bytes: Buffer.from(message.data ?? '', 'base64'), messageId: message.messageId, deliveryAttempt });
}

/** Payload in the shape of its contract; MESSAGE_INVALID when it has another: no delivery of it can ever succeed. */
export function decodeMessage<T>(schema: z.ZodType<T>, { bytes, messageId }: PushedMessage): Result<T, Refusal> {
  const data = decodeContract(schema, bytes, `message ${messageId}`, LIMITS);
  return data.ok ? data : err({ ...data.error, code: 'MESSAGE_INVALID' });
}

/** The payload as it goes to the dead letters: unchanged, so that it can be sent again; what is no map of texts as base64. */
export function deadLetterData(pushed: PushedMessage): Readonly<Record<string, string>> {
  const texts = decodeContract(z.record(z.string(), z.string()), pushed.bytes, 'message', LIMITS);
  return texts.ok ? texts.value : { payload_base64: Buffer.from(pushed.bytes.subarray(0, 2_048)).toString('base64') };
}

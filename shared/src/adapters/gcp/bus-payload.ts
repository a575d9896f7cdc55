import { LivepoolError } from '../../core/errors.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { utf8 } from '../../core/text-bytes.ts';
import type { BusMessage } from '../../ports/event-bus.ts';

/** Largest payload: messages say where to look, never the data itself (operations spec §2). */
const MAX_PAYLOAD_BYTES = 4_096;

/** Payload of a message as Pub/Sub carries it: a JSON object of texts. More than 4 KiB is a bug of the sender. */
export function encodePayload({ topic, data }: BusMessage): Uint8Array {
  const bytes = utf8(JSON.stringify(data));
  if (bytes.byteLength <= MAX_PAYLOAD_BYTES) return bytes;
  const message = `a message for ${topic} has ${bytes.byteLength} bytes, at most ${MAX_PAYLOAD_BYTES} are sent; put the data in a store`;
  throw new LivepoolError('INVARIANT', 'bug', message, { topic, size: bytes.byteLength });
}

/** Data of a received payload, or why it is none: nothing foreign gets through, a field that is no text neither. */
export function decodePayload(bytes: Uint8Array): Result<BusMessage['data'], Refusal> {
  const parsed = parseStrictJson(bytes, { maxBytes: MAX_PAYLOAD_BYTES, maxDepth: 2 });
  if (!parsed.ok) return err({ code: parsed.error.code, message: parsed.error.message });
  const { value } = parsed;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return err(notTexts('the payload is no object'));
  const wrong = Object.entries(value).find(([, field]) => typeof field !== 'string');
  if (wrong !== undefined) return err(notTexts(`field ${wrong[0]} is no text`));
  return ok(value as Readonly<Record<string, string>>);
}

function notTexts(message: string): Refusal {
  return { code: 'schema', message };
}

import type { z } from 'zod';
import { decodeContract } from '#shared/contracts/decode.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import type { EdgeRequest } from './edge-request.ts';

/** Largest body of any request (operations spec §5). */
export const MAX_BODY_BYTES = 65_536;

/** Refused with REQUEST_INVALID: any method but POST, a body above 64 KiB, a content type that is missing or not JSON. */
export function checkRequest({ method, headers, body }: EdgeRequest): Result<null, Refusal> {
  if (method !== 'POST') return invalid(`method ${method} is not served; use POST`);
  if (body.byteLength > MAX_BODY_BYTES)
    return invalid(`the body has ${body.byteLength} bytes, at most ${MAX_BODY_BYTES} are read`);
  const type = headers['content-type'];
  if (type === undefined) return invalid('the content type is missing; send application/json');
  if (!/^application\/json\s*(;|$)/i.test(type)) return invalid('the content type must be application/json');
  return ok(null);
}

/** The JSON body in a closed shape; anything else, unknown and duplicate fields included, is REQUEST_INVALID. */
export function decodeBody<T>(schema: z.ZodType<T>, { body }: EdgeRequest): Result<T, Refusal> {
  const decoded = decodeContract(schema, body, 'the request', { maxBytes: MAX_BODY_BYTES });
  return decoded.ok ? decoded : invalid(decoded.error.message, decoded.error.details);
}

function invalid(
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'REQUEST_INVALID', message, details });
}

import type { z } from 'zod';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { parseStrictJson, type StrictJsonLimits } from '../core/strict-json.ts';

/**
 * Value of foreign JSON bytes in the shape of a contract, or a refusal that names the document, the field and what is wrong
 * (code DOCUMENT_UNREADABLE). Nothing is coerced.
 */
export function decodeContract<T>(
  schema: z.ZodType<T>,
  bytes: Uint8Array,
  name: string,
  limits?: StrictJsonLimits,
): Result<T, Refusal> {
  const json = parseStrictJson(bytes, limits);
  if (json.ok) return checkContract(schema, json.value, name);
  const { code, message, path } = json.error;
  return unreadable(`${name} at ${path}: ${message}`, { document: name, code, path });
}

/** The same for a value that is parsed already, for example a document of a store. */
export function checkContract<T>(schema: z.ZodType<T>, value: unknown, name: string): Result<T, Refusal> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || '$'}: ${issue.message}`);
  return unreadable(`${name} has not the shape of its contract: ${problems.join('; ')}`, {
    document: name,
    code: 'schema',
    problems,
  });
}

function unreadable(
  message: string,
  details: Readonly<Record<string, unknown>>,
): { readonly ok: false; readonly error: Refusal } {
  return err({ code: 'DOCUMENT_UNREADABLE', message, details });
}

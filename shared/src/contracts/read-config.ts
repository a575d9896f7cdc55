import type { z } from 'zod';
import { err, ok, type Result } from '../core/result.ts';

/** The configuration in an environment record, or every problem with it as one line each. `reader` names what is configured. */
export function readConfig<T>(
  schema: z.ZodType<T>,
  env: Readonly<Record<string, string | undefined>>,
  reader = 'this function',
): Result<T, readonly string[]> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return ok(parsed.data);
  return err(parsed.error.issues.flatMap((issue) => linesOf(issue, reader)));
}

/** Values are left out of the lines: one of them may be a secret in the wrong place. */
function linesOf(issue: z.core.$ZodIssue, reader: string): readonly string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${key}: is no setting of ${reader}`);
  const name = issue.path.join('.') || '(environment)';
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [`${name}: ${missing ? 'is missing' : issue.message}`];
}

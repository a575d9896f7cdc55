import type { z } from 'zod';
import { err, ok, type Result } from '#shared/core/result.ts';

/** Exit code of a process whose environment is wrong (sysexits EX_CONFIG, operations spec §15). */
export const EXIT_CONFIG = 78;

/** The configuration in an environment record, or every problem with it as one line each. */
export function readConfig<T>(
  schema: z.ZodType<T>,
  env: Readonly<Record<string, string | undefined>>,
): Result<T, readonly string[]> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return ok(parsed.data);
  return err(parsed.error.issues.flatMap(linesOf));
}

/** The configuration of this process. A wrong one ends it with 78, all problems on standard error: it must never serve a request. */
export function configOrExit<T>(schema: z.ZodType<T>): T {
  const config = readConfig(schema, process.env);
  if (config.ok) return config.value;
  const problems = config.error.map((line) => `  ${line}`).join('\n');
  process.stderr.write(`the environment does not configure this function:\n${problems}\n`);
  process.exit(EXIT_CONFIG);
}

/** Values are left out of the lines: one of them may be a secret in the wrong place. */
function linesOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${key}: is no setting of this function`);
  const name = issue.path.join('.') || '(environment)';
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [`${name}: ${missing ? 'is missing' : issue.message}`];
}

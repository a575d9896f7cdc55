import type { z } from 'zod';
import { readConfig } from '#shared/contracts/read-config.ts';

/** Exit code of a process whose environment is wrong (sysexits EX_CONFIG, operations spec §15). */
export const EXIT_CONFIG = 78;

/** The configuration of this process. A wrong one ends it with 78, all problems on standard error: it must never serve a request. */
export function configOrExit<T>(schema: z.ZodType<T>): T {
  const config = readConfig(schema, process.env);
  if (config.ok) return config.value;
  const problems = config.error.map((line) => `  ${line}`).join('\n');
  process.stderr.write(`the environment does not configure this function:\n${problems}\n`);
  process.exit(EXIT_CONFIG);
}

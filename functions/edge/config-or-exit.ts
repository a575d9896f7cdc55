import type { z } from 'zod';
import { readConfig } from '#shared/contracts/read-config.ts';

/** Exit code of a process whose environment is wrong (sysexits EX_CONFIG, operations spec §15). */
export const EXIT_CONFIG = 78;

/** The configuration of this process, of which `reader` is the name in messages. A wrong one ends it with 78, all problems on standard error: it must never serve a request. */
export function configOrExit<T>(schema: z.ZodType<T>, reader = 'this function'): T {
  const config = readConfig(schema, process.env, reader);
  if (config.ok) return config.value;
  const problems = config.error.map((line) => `  ${line}`).join('\n');
  process.stderr.write(`the environment does not configure ${reader}:\n${problems}\n`);
  process.exit(EXIT_CONFIG);
}

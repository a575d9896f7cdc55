import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { LivepoolError } from '../../core/errors.ts';

/** Parameters of a JSON file in the shape of their schema; PARAMS_INVALID names the file and every field that is wrong. */
export function readParamsFile<T>(schema: z.ZodType<T>, file: string, whose: string): T {
  const parsed = schema.safeParse(jsonOf(file, whose));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || '$'}: ${issue.message}`);
  throw new LivepoolError('PARAMS_INVALID', 'terminal', `${file}: ${problems.join('; ')}`, { file, problems });
}

function jsonOf(file: string, whose: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const details = { file, problems: [`$: ${reason}`] };
    throw new LivepoolError('PARAMS_INVALID', 'terminal', `cannot read ${whose} ${file}: ${reason}`, details, error);
  }
}

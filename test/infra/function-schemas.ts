import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { workerConfigSchema } from '../../functions/worker/config.ts';
import { ROOT } from '../architecture/source-tree.ts';

/** Names of the functions of the repository: folders below `functions/` with an entry point, but for the worker. */
export const REPOSITORY_FUNCTIONS: readonly string[] = readdirSync(join(ROOT, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'worker')
  .filter(({ name }) => readdirSync(join(ROOT, 'functions', name)).includes('main.ts'))
  .map(({ name }) => name);

/** The schema that each function reads its environment with. */
export const functionSchemas: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  await Promise.all(REPOSITORY_FUNCTIONS.map(async (name) => [name, await schemaOf(name)] as const)),
);

/** The schema that the worker reads its environment with. */
export const workerSchema: z.ZodType = workerConfigSchema;

async function schemaOf(name: string): Promise<z.ZodType> {
  const module = (await import(`../../functions/${name}/config.ts`)) as Readonly<Record<string, z.ZodType>>;
  const schema = module[`${name}ConfigSchema`];
  if (schema === undefined) throw new Error(`functions/${name}/config.ts exports no ${name}ConfigSchema`);
  return schema;
}

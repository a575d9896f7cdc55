import { readFileSync } from 'node:fs';
import { type PoolParams, poolParamsSchema } from '#shared/contracts/pool-params.ts';

/** A parameter set of the project, validated. */
export function readParams(name: 'reference' | 'core_major'): PoolParams {
  const url = new URL(`../../shared/params/pool.${name}.json`, import.meta.url);
  return poolParamsSchema.parse(JSON.parse(readFileSync(url, 'utf8')));
}

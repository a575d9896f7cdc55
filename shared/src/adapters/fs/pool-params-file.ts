import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedPoolParams, parsePoolParams } from '../../contracts/parse-pool-params.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { err } from '../../core/result.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

/** Names of the parameter sets that come with the product. */
export const SHIPPED_PARAMETER_SETS = ['core_major', 'reference'] as const;

/** Loads a shipped set by name, or any other JSON file by path. */
export function loadPoolParams(nameOrFile: string): Result<LoadedPoolParams, readonly Refusal[]> {
  const shipped = (SHIPPED_PARAMETER_SETS as readonly string[]).includes(nameOrFile);
  const file = shipped ? join(SHIPPED_PARAMS, `pool.${nameOrFile}.json`) : nameOrFile;
  const document = readJson(file);
  return document.ok ? parsePoolParams(document.value, file) : document;
}

function readJson(file: string): Result<unknown, readonly Refusal[]> {
  try {
    return { ok: true, value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = `use ${SHIPPED_PARAMETER_SETS.join(', ')}, or the path of a JSON file`;
    return err([{ code: 'PARAMS_INVALID', message: `cannot read the parameter set ${file}: ${reason}`, details: { remedy } }]);
  }
}

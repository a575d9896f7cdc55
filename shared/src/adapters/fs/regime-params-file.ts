import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkContract } from '../../contracts/decode.ts';
import { type LoadedRegimeParams, regimeParamsSchema } from '../../contracts/regime-params.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

const SHIPPED = join(SHIPPED_PARAMS, 'regime.json');

/** The regime parameters that come with the product, or those of another JSON file; PARAMS_INVALID (terminal) names every problem. */
export function loadRegimeParams(file: string = SHIPPED): LoadedRegimeParams {
  const params = checkContract(regimeParamsSchema, readJson(file), file);
  if (!params.ok) throw new LivepoolError('PARAMS_INVALID', 'terminal', params.error.message, params.error.details);
  return { params: params.value, sha256: sha256Hex(canonicalJson(params.value)) };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LivepoolError('PARAMS_INVALID', 'terminal', `cannot read the regime parameters ${file}: ${reason}`);
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type QuantParams, quantParamsSchema } from '../../contracts/quant-params.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

/** The shipped parameters of the quant engine. */
export function loadQuantParams(): QuantParams {
  return quantParamsSchema.parse(JSON.parse(readFileSync(join(SHIPPED_PARAMS, 'quant.json'), 'utf8')));
}

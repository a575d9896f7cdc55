import { join } from 'node:path';
import { type QuantParams, quantParamsSchema } from '../../contracts/quant-params.ts';
import { readParamsFile } from './params-file.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

/** Name of the set that comes with the product. */
const SHIPPED = 'quant';

/** The quant engine's parameters: the shipped set, or a JSON file. PARAMS_INVALID for what cannot be read or breaks the schema. */
export function loadQuantParams(nameOrFile: string = SHIPPED): QuantParams {
  const file = nameOrFile === SHIPPED ? join(SHIPPED_PARAMS, `${SHIPPED}.json`) : nameOrFile;
  return readParamsFile(quantParamsSchema, file, "the quant engine's parameters");
}

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the parameter files that come with the product. A bundle has it beside its code: the bundler replaces this module. */
export const SHIPPED_PARAMS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'params');

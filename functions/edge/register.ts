import { type HttpFunction, http } from '@google-cloud/functions-framework';
import type { z } from 'zod';
import { LivepoolError } from '#shared/core/errors.ts';
import { configOrExit, EXIT_CONFIG } from './config-or-exit.ts';

/**
 * Registers a function of this process with functions-framework. An environment that is wrong, or names what cannot be used, ends
 * the process with 78 before it serves anything; what is wrong is on standard error.
 */
export function register<T>(name: string, schema: z.ZodType<T>, wire: (config: T) => HttpFunction): void {
  http(name, wired(wire, configOrExit(schema)));
}

function wired<T>(wire: (config: T) => HttpFunction, config: T): HttpFunction {
  try {
    return wire(config);
  } catch (error) {
    if (!(error instanceof LivepoolError)) throw error;
    process.stderr.write(`the environment does not configure this function:\n  ${error.code}: ${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

import { SETTINGS } from '#shared/contracts/settings.ts';
import { LivepoolError } from '#shared/core/errors.ts';

/** Where the command line is told to look for a worker. */
export interface AddressOptions {
  readonly url?: string;
  readonly port?: number;
}

/** Addresses to listen at that are no addresses to ask. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/**
 * Base URL of a worker, without a slash at the end: the one named, else what the worker itself would take from the same environment.
 * SETTINGS_INVALID where that says nothing usable.
 */
export function workerAddress({ url, port }: AddressOptions, env: Readonly<Record<string, string | undefined>>): string {
  if (url !== undefined) return url.replace(/\/+$/, '');
  const host = env.PIPELINE_HTTP_HOST || '127.0.0.1';
  const named = EVERYWHERE.has(host) ? '127.0.0.1' : host;
  const bracketed = named.includes(':') && !named.startsWith('[') ? `[${named}]` : named;
  return `http://${bracketed}:${port === undefined ? portOf(env.PIPELINE_HTTP_PORT, 'PIPELINE_HTTP_PORT') : portOf(String(port), '--port')}`;
}

function portOf(text: string | undefined, name: string): number {
  const port = SETTINGS.PIPELINE_HTTP_PORT.safeParse(text);
  const problem = !port.success ? 'must be a port' : port.data === 0 ? 'is 0, which is any free one' : undefined;
  if (problem === undefined && port.success) return port.data;
  throw new LivepoolError('SETTINGS_INVALID', 'terminal', `${name} ${problem}; say --port or --url`);
}

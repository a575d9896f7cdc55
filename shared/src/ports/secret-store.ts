import { LivepoolError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';

/**
 * Secrets by name, read once at the start of a process. Laws (test/laws/secret-store.ts): the newest version unless one is
 * pinned · a name or version that is not there is SECRET_MISSING (terminal), never an empty text · no error carries a value.
 */
export interface SecretStore {
  /** @param version Pinned version, decimal digits; default: the newest. */
  read(name: string, version?: string): Promise<Secret>;
}

/** Refuses a name or version that no store could have, with SECRET_MISSING. */
export function checkSecretName(name: string, version?: string): void {
  if (/^[A-Za-z0-9_-]{1,255}$/.test(name) && (version === undefined || /^[1-9]\d{0,18}$/.test(version))) return;
  throw secretMissing(name, version);
}

/** The error of a secret that is not there. */
export function secretMissing(name: string, version: string | undefined, cause?: unknown): LivepoolError {
  const which = `secret ${JSON.stringify(name)}${version === undefined ? '' : `, version ${JSON.stringify(version)}`}`;
  return new LivepoolError('SECRET_MISSING', 'terminal', `${which} does not exist`, { name, version: version ?? null }, cause);
}

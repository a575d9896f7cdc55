import { readOperatorKey } from '#shared/adapters/keys/operator-key-file.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { signCommand } from '#shared/supervision/signed-command.ts';
import { workerKeyFile } from './worker-folder.ts';

/** Who commands a worker, and with which key. */
export interface OperatorOptions {
  readonly by: string;
  readonly keyFile?: string;
}

/** A `POST` that a worker obeys: `body` at `path`, signed with the operators' key. Throws when the key cannot be read. */
export function signedRequest(path: string, body: string, { by, keyFile }: OperatorOptions, signal: AbortSignal): RequestInit {
  const key = readOperatorKey(keyFile ?? workerKeyFile(process.env));
  const command = { operator: by, tsMs: systemClock().nowMs(), nonce: systemRandom().hex(16), path, body };
  return { method: 'POST', body, headers: signCommand(key, command), signal };
}

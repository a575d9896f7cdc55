import { WORKER_PATHS } from '#shared/contracts/names.ts';
import type { WorkerParams } from '#shared/contracts/worker-params.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Secret } from '#shared/core/secret.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { CommandAuthority } from '#shared/quant/api/quant-handler.ts';
import { checkCommand } from '#shared/supervision/signed-command.ts';

/**
 * Who may change something of the quant engine: whoever has the operators' key, once per signed command. A store that does not answer
 * lets nobody through (503).
 */
export function commandAuthority(deps: {
  readonly clock: Clock;
  readonly key: Secret;
  readonly documents: DocumentStore;
  readonly params: WorkerParams['recovery'];
}): CommandAuthority {
  const { clock, key, documents, params } = deps;
  return async (request) => {
    const command = checkCommand(key, request, clock.nowMs(), params.signature_window_ms);
    if (!command.ok) return { ok: false, error: { status: 401, message: command.error.message } };
    const { operator, nonce } = command.value;
    const path = WORKER_PATHS.command(nonce);
    try {
      const isFirst = await documents.transaction(async (tx) => {
        if ((await tx.get(path)) !== null) return false;
        tx.create(path, { by: operator, used_at: clock.nowMs() });
        return true;
      });
      if (isFirst) return { ok: true, value: operator };
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
      return { ok: false, error: { status: 503, message: error.message } };
    }
    return { ok: false, error: { status: 409, message: 'this command was used already; sign it anew' } };
  };
}

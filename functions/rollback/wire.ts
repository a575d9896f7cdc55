import { pinnedKey } from '#shared/adapters/keys/pinned-key.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { Approver } from '#shared/release/signed-approval.ts';
import { httpFunction } from '../edge/http-function.ts';
import { openRelease } from '../edge/open-release.ts';
import { openStage } from '../edge/open-stage.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { RollbackConfig } from './config.ts';
import { handleRollback } from './handler.ts';

/** `rollback` with its adapters; no client is loaded before the first request. */
export function wireRollback(config: RollbackConfig) {
  const deps = serveDeps('rollback', config);
  const ports = openStage(config, deps);
  const handle = handleRollback({
    clock: deps.clock,
    runs: ports.runs,
    approvers: config.PIPELINE_APPROVERS.map(approver),
    openRelease: openRelease(config, deps, ports),
  });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

function approver({ email, publicKey }: RollbackConfig['PIPELINE_APPROVERS'][number]): Approver {
  const { alg, publicKeyDer } = pinnedKey(publicKey);
  if (alg === 'ed25519') return { email, publicKeyDer };
  throw new LivepoolError('KEY_INVALID', 'terminal', `the key of approver ${email} is ${alg}; an Ed25519 key is needed`);
}

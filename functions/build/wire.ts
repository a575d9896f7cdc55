import { httpFunction } from '../edge/http-function.ts';
import { openStage } from '../edge/open-stage.ts';
import { requiredParams } from '../edge/required-params.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { BuildConfig } from './config.ts';
import { handleBuild } from './handler.ts';

/** `build` with its adapters; no client is loaded before the first request. */
export function wireBuild(config: BuildConfig) {
  const deps = serveDeps('build', config);
  const handle = handleBuild(openStage(config, deps), {
    params: requiredParams(config.PIPELINE_PARAMS),
    bundleSha256: config.PIPELINE_BUNDLE_SHA256,
  });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

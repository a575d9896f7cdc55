import { httpFunction } from '../edge/http-function.ts';
import { openRelease } from '../edge/open-release.ts';
import { openStage } from '../edge/open-stage.ts';
import { requiredParams } from '../edge/required-params.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { PublishConfig } from './config.ts';
import { handlePublish } from './handler.ts';

/** `publish` with its adapters; no client is loaded before the first request. */
export function wirePublish(config: PublishConfig) {
  const deps = serveDeps('publish', config);
  const stage = openStage(config, deps);
  const handle = handlePublish(
    { ...stage, openRelease: openRelease(config, deps, stage) },
    { params: requiredParams(config.PIPELINE_PARAMS), bundleSha256: config.PIPELINE_BUNDLE_SHA256 },
  );
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

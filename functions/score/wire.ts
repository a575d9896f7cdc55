import { loadAssetActions } from '#shared/adapters/fs/asset-actions-file.ts';
import { parquetCandleCodec } from '#shared/adapters/parquet/candle-codec.ts';
import { httpFunction } from '../edge/http-function.ts';
import { openStage } from '../edge/open-stage.ts';
import { requiredParams } from '../edge/required-params.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import { shippedLibraries } from '../edge/shipped-libraries.ts';
import type { ScoreConfig } from './config.ts';
import { handleScore } from './handler.ts';

/** `score` with its adapters; no client is loaded before the first request. */
export function wireScore(config: ScoreConfig) {
  const deps = serveDeps('score', config);
  const { actions, input: actionsInput } = loadAssetActions();
  const handle = handleScore(openStage(config, deps), {
    params: requiredParams(config.PIPELINE_PARAMS),
    actions,
    actionsInput,
    bundleSha256: config.PIPELINE_BUNDLE_SHA256,
    libraryVersions: shippedLibraries(),
    codec: parquetCandleCodec(),
  });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

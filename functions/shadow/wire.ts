import { loadAssetActions } from '#shared/adapters/fs/asset-actions-file.ts';
import { loadShadowTracks } from '#shared/adapters/fs/shadow-tracks-file.ts';
import { parquetCandleCodec } from '#shared/adapters/parquet/candle-codec.ts';
import { driveSteps } from '#shared/adapters/system/drive-steps.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { httpFunction } from '../edge/http-function.ts';
import { openStage } from '../edge/open-stage.ts';
import { requiredParams } from '../edge/required-params.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { ShadowConfig } from './config.ts';
import { handleShadow } from './handler.ts';

/** `shadow` with its adapters; no client is loaded before the first request. */
export function wireShadow(config: ShadowConfig) {
  const deps = serveDeps('shadow', config);
  const tracks = loadShadowTracks();
  if (!tracks.ok) throw new LivepoolError('PARAMS_INVALID', 'terminal', tracks.error.map(({ message }) => message).join('; '));
  const handle = handleShadow(openStage(config, deps), {
    params: requiredParams(config.PIPELINE_PARAMS),
    tracks: tracks.value,
    actions: loadAssetActions().actions,
    codec: parquetCandleCodec(),
    drive: driveSteps,
  });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

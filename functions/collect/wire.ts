import { openBucket } from '#shared/adapters/gcp/open-bucket.ts';
import { openBus } from '#shared/adapters/gcp/open-bus.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { parquetCandleCodec } from '#shared/adapters/parquet/candle-codec.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { candleArchive } from '#shared/cold/candle-archive.ts';
import { bucketLayout } from '../edge/bucket-layout.ts';
import { deployedSet } from '../edge/deployed-set.ts';
import { httpFunction } from '../edge/http-function.ts';
import { openVenue } from '../edge/open-venue.ts';
import { requiredParams } from '../edge/required-params.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { CollectConfig } from './config.ts';
import { handleCollect } from './handler.ts';

/** `collect` with its adapters; no client is loaded before the first request. */
export function wireCollect(config: CollectConfig) {
  const deps = serveDeps('collect', config);
  const objects = openBucket(config, config.PIPELINE_BUCKET, deps);
  const coldObjects = openBucket(config, config.PIPELINE_COLD_BUCKET ?? config.PIPELINE_BUCKET, deps);
  const source = openBucket(config, config.PIPELINE_SOURCE_BUCKET, deps);
  const runs = openDatabase(config, config.PIPELINE_DATABASE, deps);
  const documents = openDatabase(config, config.PIPELINE_RELEASE_DATABASE, deps);
  const bus = openBus(config, deps);
  const layout = bucketLayout(config);
  const open = () => ({
    objects,
    runs,
    bus,
    layout,
    ...openVenue(config, deps),
    archive: candleArchive({ objects: coldObjects, cold: coldStore(coldObjects, { root: DEFAULT_LAYOUT.root }) }, DEFAULT_LAYOUT),
    codec: parquetCandleCodec(),
    release: { documents, objects, layout },
    calibrations: coldObjects,
  });
  const handle = handleCollect({
    clock: deps.clock,
    open,
    params: requiredParams(config.PIPELINE_PARAMS),
    deployed: () => deployedSet(source, { name: 'collect', sha256: config.PIPELINE_BUNDLE_SHA256 }),
    symbols: config.PIPELINE_SYMBOLS,
    volumeScale: config.PIPELINE_VOLUME_SCALE,
  });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

import { openBucket } from '#shared/adapters/gcp/open-bucket.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { httpFunction } from '../edge/http-function.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { CompactConfig } from './config.ts';
import { handleCompact } from './handler.ts';

/** `compact` with its adapters; no client is loaded before the first request. */
export function wireCompact(config: CompactConfig) {
  const deps = serveDeps('compact', config);
  const objects = openBucket(config, config.PIPELINE_COLD_BUCKET ?? config.PIPELINE_BUCKET, deps);
  const cold = { objects, cold: coldStore(objects, { root: DEFAULT_LAYOUT.root }) };
  const handle = handleCompact({ clock: deps.clock, cold, layout: DEFAULT_LAYOUT });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

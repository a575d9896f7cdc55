import { openBucket } from '#shared/adapters/gcp/open-bucket.ts';
import { openBus } from '#shared/adapters/gcp/open-bus.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { pinnedKey } from '#shared/adapters/keys/pinned-key.ts';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { dayOfMs, formatDay } from '#shared/core/calendar-day.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { bucketLayout } from '../edge/bucket-layout.ts';
import { httpFunction } from '../edge/http-function.ts';
import { requiredParams } from '../edge/required-params.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { ReportConfig } from './config.ts';
import { handleReport } from './handler.ts';

/** `report` with its adapters; no client is loaded before the first request. */
export function wireReport(config: ReportConfig) {
  const deps = serveDeps('report', config);
  const { params } = requiredParams(config.PIPELINE_PARAMS);
  const release = {
    objects: openBucket(config, config.PIPELINE_BUCKET, deps),
    documents: openDatabase(config, config.PIPELINE_RELEASE_DATABASE, deps),
    layout: bucketLayout(config),
    namespace: releaseNamespace(config.PIPELINE_ENVIRONMENT),
    trustedKeys: trustedKeysOf(config),
  };
  const handle = handleReport({
    bus: openBus(config, deps),
    clock: deps.clock,
    runs: openDatabase(config, config.PIPELINE_DATABASE, deps),
    open: (nowMs) => ({
      release,
      validation: () => ({
        profile: params.validation.profile,
        referenceDate: formatDay(dayOfMs(nowMs)),
        time: { nowMs },
        regimeWeights: params.regime,
      }),
    }),
  });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

function trustedKeysOf({ PIPELINE_TRUSTED_KEYS: keys = [] }: ReportConfig) {
  if (keys.length > 0) return keys.map(pinnedKey);
  const message = 'PIPELINE_TRUSTED_KEYS is empty, so that no release could be verified; give the public key that signs';
  throw new LivepoolError('KEY_MISSING', 'terminal', message);
}

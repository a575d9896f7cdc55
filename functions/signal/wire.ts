import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { openBus } from '#shared/adapters/gcp/open-bus.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import { dayOfMs } from '#shared/core/calendar-day.ts';
import { eligibleInstruments } from '#shared/pool/metadata/eligible-instruments.ts';
import { httpFunction } from '../edge/http-function.ts';
import { openVenue } from '../edge/open-venue.ts';
import { requiredParams } from '../edge/required-params.ts';
import { serveDeps } from '../edge/serve-deps.ts';
import { serveRequest } from '../edge/serve-request.ts';
import type { SignalConfig } from './config.ts';
import { handleSignal } from './handler.ts';

/** `signal` with its adapters; no client is loaded before the first request. */
export function wireSignal(config: SignalConfig) {
  const deps = serveDeps('signal', config);
  const { params: pool } = requiredParams(config.PIPELINE_PARAMS);
  const documents = openDatabase(config, config.PIPELINE_DATABASE, deps);
  const bus = openBus(config, deps);
  const handle = handleSignal({
    clock: deps.clock,
    open: () => ({
      ...openVenue(config, deps),
      documents,
      bus,
      eligible: (listed, nowMs) => eligibleInstruments(listed, pool, dayOfMs(nowMs)),
    }),
    params: loadRegimeParams(),
    bundleSha256: config.PIPELINE_BUNDLE_SHA256,
  });
  return httpFunction((request) => serveRequest(deps, { timeoutS: config.PIPELINE_TIMEOUT_S, handle }, request));
}

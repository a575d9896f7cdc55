import { join } from 'node:path';
import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { openOrderedBus } from '#shared/adapters/gcp/open-bus.ts';
import { sqliteDocumentReader } from '#shared/adapters/sqlite/document-reader.ts';
import { REGIME_SUBSCRIPTION } from '#shared/contracts/names.ts';
import type { RegimeTransition } from '#shared/contracts/quant-stream.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { Random } from '#shared/ports/random.ts';
import type { WorkerConfig } from './config.ts';
import { type RegimeSource, regimesByLooking, regimesBySubscription } from './regime-source.ts';
import { RegimeWatch } from './regime-watch.ts';

export interface RegimesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly documents: DocumentStore;
  readonly keptForMs: () => number;
  readonly onTransition: (transition: RegimeTransition) => void;
}

/** Messages of the subscription that are with the worker at a time; there are six a day. */
const MOST_AT_ONCE = 10;

/** Where `livepool signal regime` keeps its documents by default, by the market that is watched. */
const CLI_DOCUMENTS = {
  sim: join('.livepool', 'sample', 'documents.sqlite'),
  venues: join('.livepool', 'local', 'documents.sqlite'),
} as const;

/** What the worker hears of regimes: by subscription on Google Cloud, else from the documents of the command line on this machine. */
export function regimes(config: WorkerConfig, deps: RegimesDeps): RegimeWatch {
  return new RegimeWatch({ ...deps, source: sourceOf(config, deps), params: loadRegimeParams().params });
}

function sourceOf(config: WorkerConfig, { clock, random, logger }: RegimesDeps): RegimeSource {
  const { PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: host } = config;
  if (project !== undefined) {
    const place = { PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: host };
    const open = () => openOrderedBus(place, { clock, random }, MOST_AT_ONCE);
    return regimesBySubscription({ logger, open }, REGIME_SUBSCRIPTION);
  }
  const file = config.PIPELINE_REGIME_DOCUMENTS ?? CLI_DOCUMENTS[config.PIPELINE_MARKET];
  return regimesByLooking({ clock, logger, open: () => sqliteDocumentReader({ file }) });
}

import type { CallTiming } from '#shared/adapters/gcp/bounded-attempts.ts';
import { openBucket } from '#shared/adapters/gcp/open-bucket.ts';
import { openBus } from '#shared/adapters/gcp/open-bus.ts';
import { openDatabase } from '#shared/adapters/gcp/open-database.ts';
import type { StageDeps } from '#shared/pipeline/stages/stage.ts';
import { bucketLayout } from './bucket-layout.ts';

/** What every stage needs, from its configuration. */
export function openStage(
  config: {
    readonly PIPELINE_PROJECT: string;
    readonly PIPELINE_BUCKET: string;
    readonly PIPELINE_DATABASE: string;
    readonly PIPELINE_RETENTION_DAYS?: number | undefined;
    readonly PIPELINE_STORAGE_ENDPOINT?: string | undefined;
    readonly PIPELINE_FIRESTORE_HOST?: string | undefined;
    readonly PIPELINE_PUBSUB_HOST?: string | undefined;
  },
  timing: CallTiming,
): StageDeps {
  return {
    objects: openBucket(config, config.PIPELINE_BUCKET, timing),
    runs: openDatabase(config, config.PIPELINE_DATABASE, timing),
    bus: openBus(config, timing),
    layout: bucketLayout(config),
  };
}

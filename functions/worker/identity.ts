import manifest from '../../package.json' with { type: 'json' };
import type { WorkerConfig } from './config.ts';

/** Who the process is. */
export interface WorkerIdentity {
  readonly version: string;
  readonly sourceRevision: string;
  readonly environment: string;
  readonly mode: 'paper' | 'live';
  readonly market: 'sim' | 'venues';
  readonly venueProfile: string;
  readonly instanceId: string;
  readonly startedMs: number;
}

/** `suffix` tells this process from all others. */
export function workerIdentity(config: WorkerConfig, suffix: string, startedMs: number): WorkerIdentity {
  return {
    version: manifest.version,
    sourceRevision: config.PIPELINE_SOURCE_REVISION ?? '',
    environment: config.PIPELINE_ENVIRONMENT,
    mode: config.PIPELINE_MODE,
    market: config.PIPELINE_MARKET,
    venueProfile: config.PIPELINE_VENUE_PROFILE,
    instanceId: `w-${suffix}`,
    startedMs,
  };
}

import type { HealthFinding } from '#shared/contracts/health-finding.ts';
import type { WorkerConfig } from './config.ts';

/**
 * What is not right for as long as the process runs. A live process without an executor watches and never trades, and must not look
 * as if it did.
 */
export function standingFindings({ PIPELINE_MODE: mode }: WorkerConfig): readonly HealthFinding[] {
  return mode === 'live' ? [{ area: 'worker', level: 'degraded', reason: 'executor_absent' }] : [];
}

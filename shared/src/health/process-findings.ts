import type { HealthFinding } from '../contracts/health-finding.ts';
import type { WorkerParams } from '../contracts/worker-params.ts';
import type { ProcessReading } from '../ports/process-reading.ts';

/** What is not right with the process itself (quant spec §11, worker). */
export function processFindings(params: WorkerParams['health'], reading: ProcessReading): readonly HealthFinding[] {
  const percent = (100 * reading.rssBytes) / reading.memoryLimitBytes;
  const skewMs = Math.abs(reading.clockSkewMs ?? 0);
  return [
    ...beyond('memory', percent, params.memory_degraded_pct, params.memory_fail_pct),
    ...beyond('clock_skew', skewMs, params.clock_skew_degraded_ms, params.clock_skew_fail_ms),
  ];
}

/** Whether the platform should leave the process alone (operations spec §3): its loop turns; how the world is does not matter. */
export function isAlive(params: WorkerParams['liveness'], { loopLagMs, timerAgeMs }: ProcessReading): boolean {
  return loopLagMs < params.loop_lag_ms && timerAgeMs < params.timer_age_ms;
}

function beyond(reason: string, value: number, degraded: number, fail: number): readonly HealthFinding[] {
  if (value > fail) return [{ area: 'worker', level: 'fail', reason }];
  return value > degraded ? [{ area: 'worker', level: 'degraded', reason }] : [];
}

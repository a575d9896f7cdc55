import { RECOVERABLE, type RecoverableName } from '#shared/contracts/recovery.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { RecoveryDesk } from '#shared/supervision/recovery-desk.ts';
import type { Observation } from './observer.ts';

/** A component that needs help, and why. */
export interface WatchdogTrigger {
  readonly component: RecoverableName;
  readonly reason: string;
}

/**
 * What nobody has to ask for (quant spec §9.2): a component that was given up, a tick that is overdue, a writer that is behind.
 * Silent sockets and books that are lost again and again are the connections' own business; they reconnect by themselves.
 */
export function watchdogTriggers({ components, verdict }: Observation): readonly WatchdogTrigger[] {
  const failed = components.flatMap(({ name, state }) => {
    const component = RECOVERABLE.find((each) => each === name);
    const isDown = state.phase === 'failed' || state.phase === 'stopped';
    return component !== undefined && isDown ? [{ component, reason: `${name} is ${state.phase}` }] : [];
  });
  const found = verdict.findings.flatMap(({ area, reason }): WatchdogTrigger[] => {
    if (area === 'worker' && reason.startsWith('tick_overdue')) return [{ component: 'quant_engine', reason }];
    const isBehind = (area === 'store' && reason === 'write_lag') || area === 'queue';
    return isBehind ? [{ component: 'db_writer', reason: `${area}:${reason}` }] : [];
  });
  return [...failed, ...found.filter(({ component }) => failed.every((each) => each.component !== component))];
}

/** Asks the recovery desk, which has the last word about cool-downs and limits. */
export function watchdog(desk: RecoveryDesk, logger: Logger): (seen: Observation) => void {
  return (seen) => {
    for (const { component, reason } of watchdogTriggers(seen)) {
      const isTooEarly = desk.past.some(
        (past) => past.component === component && (past.endedMs === null || seen.atMs - past.endedMs < RETRY_AFTER_MS),
      );
      if (isTooEarly) continue;
      const request = { component, reason, idempotency_key: `watchdog-${component}-${seen.atMs}` };
      desk.request({ request, by: 'watchdog', nonce: null }).catch((error: unknown) => {
        logger.error('recovery.watchdog_failed', { component, message: String(error) });
      });
    }
  };
}

/** A desk that says no is not asked again every second. */
const RETRY_AFTER_MS = 120_000;

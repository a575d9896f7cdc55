import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import { RECOVERABLE, type RecoverableName } from '#shared/contracts/recovery.ts';
import type { FeedTrigger, FeedWatch } from '#shared/market/feed/feed-watch.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { ProcessReading } from '#shared/ports/process-reading.ts';
import type { RecoveryDesk } from '#shared/supervision/recovery-desk.ts';
import type { Observation } from './observer.ts';

/** A component that needs help, and why; `venue` where only its connections do. */
export interface WatchdogTrigger {
  readonly component: RecoverableName;
  readonly reason: string;
  readonly venue?: string;
}

export interface WatchdogDeps {
  readonly desk: RecoveryDesk;
  readonly logger: Logger;
  /** What of the feeds does not get well by itself; `ownLagMs` is how late this process was lately. */
  readonly feeds: (nowMs: number, ownLagMs: number) => readonly FeedTrigger[];
  /** Told when a recovery of a venue's connections begins. */
  readonly onFeedRecovery: (venue: string) => void;
}

/**
 * What nobody has to ask for (quant spec §9.2): a component that can be recovered and was given up, a tick that is overdue, a writer that is behind, a
 * socket that is silent, a book that is lost again and again, REST that fails again after its breaker closed.
 */
export function watchdogTriggers(
  { components, verdict }: Observation,
  feeds: readonly FeedTrigger[],
): readonly WatchdogTrigger[] {
  const failed = components.flatMap(({ name, state }) => {
    const component = RECOVERABLE.find((each) => each === name);
    const isDown = state.phase === 'failed' || state.phase === 'stopped';
    return component !== undefined && isDown ? [{ component, reason: `${name} is ${state.phase}` }] : [];
  });
  const found = verdict.findings.flatMap(({ area, reason }): WatchdogTrigger[] => {
    if (area === 'worker' && reason.startsWith('tick_overdue')) return [{ component: 'quant_engine', reason }];
    const isBehind = reason === 'write_lag' || (area === 'queue' && reason.startsWith('write_queue'));
    return isBehind ? [{ component: 'db_writer', reason: `${area}:${reason}` }] : [];
  });
  const first = new Map<RecoverableName, WatchdogTrigger>();
  for (const trigger of [...failed, ...found, ...feeds]) if (!first.has(trigger.component)) first.set(trigger.component, trigger);
  return [...first.values()];
}

/** Asks the recovery desk, which has the last word about cool-downs and limits. */
export function watchdog({ desk, logger, feeds, onFeedRecovery }: WatchdogDeps): (seen: Observation) => void {
  const askedMs = new Map<RecoverableName, number>();
  return (seen) => {
    for (const { component, reason, venue } of watchdogTriggers(seen, feeds(seen.atMs, ownLagMs(seen.process)))) {
      const isTooEarly = desk.past.some(
        (past) => past.component === component && (past.endedMs === null || seen.atMs - past.endedMs < RETRY_AFTER_MS),
      );
      if (isTooEarly || seen.atMs - (askedMs.get(component) ?? Number.NEGATIVE_INFINITY) < RETRY_AFTER_MS) continue;
      askedMs.set(component, seen.atMs);
      const idempotencyKey = `watchdog-${component}-${seen.atMs}`;
      const request = { component, reason, idempotency_key: idempotencyKey, ...(venue === undefined ? {} : { venue }) };
      if (venue !== undefined) onFeedRecovery(venue);
      desk.request({ request, by: 'watchdog', nonce: null }).catch((error: unknown) => {
        logger.error('recovery.watchdog_failed', { component, message: String(error) });
      });
    }
  };
}

/** A desk that says no is not asked again every second. */
const RETRY_AFTER_MS = 120_000;

/** A stall that is just over may show in the last timer alone. */
function ownLagMs({ loopLagMs, timerAgeMs }: ProcessReading): number {
  return Math.max(loopLagMs, timerAgeMs);
}

/** What the watch says of the feeds as they are now. */
export function feedTriggers(
  watch: FeedWatch,
  feeds: VenueFeeds | null,
  nowMs: number,
  ownLagMs: number,
): readonly FeedTrigger[] {
  if (feeds === null) return [];
  const streams = feeds.streams.map((stream) => stream.silence());
  return watch.triggers(
    nowMs,
    streams,
    feeds.accesses.map(({ venue, rest }) => ({ venue, relapses: rest.relapses() })),
    ownLagMs,
  );
}

/** The engine knows contract sizes and digits from its start: it begins anew, with what it has stored, when they are others. */
export function beginWithNewTerms(desk: RecoveryDesk, logger: Logger, instruments: readonly string[], nowMs: number): void {
  const reason = `other terms of ${instruments.join(', ')}`.slice(0, 500);
  const request = { component: 'quant_engine', reason, idempotency_key: `terms-${nowMs}` } as const;
  const asked = desk.request({ request, by: 'market_feeds', nonce: null });
  asked.then(
    (begun) => {
      if (!begun.ok) logger.error('recovery.terms_refused', { code: begun.error.code, message: begun.error.message });
    },
    (error: unknown) => logger.error('recovery.terms_failed', { message: String(error) }),
  );
}

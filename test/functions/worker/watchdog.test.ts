import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import type { HealthFinding } from '#shared/contracts/health-finding.ts';
import { verdictOf } from '#shared/health/verdict.ts';
import type { FeedTrigger } from '#shared/market/feed/feed-watch.ts';
import { FeedWatch } from '#shared/market/feed/feed-watch.ts';
import type { ProcessReading } from '#shared/ports/process-reading.ts';
import { RecoveryDesk, type RecoveryTarget } from '#shared/supervision/recovery-desk.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import type { Observation } from '../../../functions/worker/observer.ts';
import { watchdog, watchdogTriggers } from '../../../functions/worker/watchdog.ts';
import { bookState } from '../../streaming/sample-events.ts';
import { WORKER_PARAMS } from '../../supervision/worker-params.ts';

const START_MS = 1_767_225_600_000;
const READING = { rssBytes: 0, memoryLimitBytes: 1, loopLagMs: 0, timerAgeMs: 0, clockSkewMs: 0 };

function seen(atMs: number, findings: readonly HealthFinding[] = [], process: ProcessReading = READING): Observation {
  return { atMs, verdict: verdictOf(findings), process, isAlive: true, isReady: true, components: [] };
}

/** A watchdog at a desk whose components come back at once, on a clock that is moved by hand. */
function watchdogWorld() {
  const clock = manualClock(START_MS);
  const store = memoryDocumentStore();
  const done: string[] = [];
  const logs: string[] = [];
  const log = (event: string): void => void logs.push(event);
  const logger = { info: log, notice: log, warn: log, error: log };
  const target = (name: string): RecoveryTarget => ({
    steps: [['reconnect', async (venue) => void done.push(`${name} ${venue}`)]],
    isFresh: () => true,
  });
  const desk = new RecoveryDesk({
    clock,
    random: repeatableRandom('watchdog'),
    logger,
    store,
    log: new RecoveryLog(store),
    params: WORKER_PARAMS.recovery,
    targets: { ws_manager: target('ws_manager'), rest_collector: target('rest_collector'), db_writer: target('db_writer') },
    onStep: () => undefined,
  });
  const watch = new FeedWatch();
  const now: { feeds: (nowMs: number, ownLagMs: number) => readonly FeedTrigger[] } = { feeds: () => [] };
  const onFeedRecovery = (venue: string): void => watch.recovering(venue);
  const look = watchdog({ desk, logger, feeds: (nowMs, ownLagMs) => now.feeds(nowMs, ownLagMs), onFeedRecovery });
  const pass = async (ms: number, findings: readonly HealthFinding[] = [], reading = READING): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      look(seen(clock.nowMs(), findings, reading));
      for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1_000);
    }
  };
  return { clock, watch, now, done, logs, pass };
}

describe('the watchdog', () => {
  it('has connections of a venue recovered that are silent, and those of REST that relapses', async () => {
    const { now, done, watch, pass } = watchdogWorld();
    const streams = [{ venue: 'kraken', silentMs: 3_001, expectedGapMs: 1_000 }];
    now.feeds = (nowMs) => watch.triggers(nowMs, streams, [{ venue: 'gate', relapses: 3 }]);
    await pass(2_000);
    expect(done).toEqual(['ws_manager kraken', 'rest_collector gate']);
  });

  it('does not take its own lateness for the silence of a venue', async () => {
    const { now, done, watch, pass } = watchdogWorld();
    const silentMs = { now: 3_167 };
    now.feeds = (nowMs, lagMs) =>
      watch.triggers(nowMs, [{ venue: 'kraken', silentMs: silentMs.now, expectedGapMs: 1_000 }], [], lagMs);
    await pass(2_000, [], { ...READING, loopLagMs: 2_400 });
    await pass(2_000, [], { ...READING, timerAgeMs: 2_900 });
    expect(done).toEqual([]);
    silentMs.now = 5_500;
    await pass(2_000, [], { ...READING, loopLagMs: 2_400 });
    expect(done).toEqual(['ws_manager kraken']);
  });

  it('has sockets recovered once for books that broke three times, and not again for the same losses', async () => {
    const { clock, now, done, watch, pass } = watchdogWorld();
    now.feeds = (nowMs) => watch.triggers(nowMs, [], []);
    for (const reason of ['checksum', 'gap', 'disconnect', 'crossed']) {
      expect(done).toEqual([]);
      watch.onEvent(bookState('BTC', clock.nowMs(), reason));
      await pass(1_000);
    }
    await pass(280_000);
    expect(done).toEqual(['ws_manager kraken']);
  });

  it('asks a desk that refuses not every second', async () => {
    const { now, done, logs, pass } = watchdogWorld();
    now.feeds = () => [{ component: 'ws_manager', venue: 'kraken', reason: 'silent' }];
    await pass(1_800_000);
    expect(done).toHaveLength(WORKER_PARAMS.recovery.most_per_hour);
    expect(logs.filter((event) => event === 'recovery.escalated')).toHaveLength(1);
    await pass(3_000_000);
    expect(done.length).toBeGreaterThan(WORKER_PARAMS.recovery.most_per_hour);
    expect(logs.filter((event) => event === 'recovery.escalated')).toHaveLength(2);
  });

  it('has the writer of the outbox recovered for its own queue only', () => {
    const of = (area: HealthFinding['area'], reason: string) =>
      watchdogTriggers(seen(START_MS, [{ area, level: 'degraded', reason }]), []).map(({ component }) => component);
    expect([of('queue', 'write_queue'), of('queue', 'write_queue_full'), of('store', 'write_lag')]).toEqual([
      ['db_writer'],
      ['db_writer'],
      ['db_writer'],
    ]);
    expect([of('queue', 'staging_backlog'), of('queue', 'publish_paused_2_keys')]).toEqual([[], []]);
  });
});

import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { ProcessGauge } from '#shared/adapters/system/process-gauge.ts';
import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { EngineFacts } from '#shared/quant/service/engine-facts.ts';
import { newRestartState, stepRestart } from '#shared/supervision/restart-state.ts';
import { Observer } from '../../../functions/worker/observer.ts';
import { WORKER_PARAMS } from '../../supervision/worker-params.ts';

const NOW = 1_767_225_600_000;
const NO_FEEDS = { streams: [], polls: [], accesses: [], missing: [] } as unknown as VenueFeeds;

/** A worker of one component whose books are all live, in this role of its engine. */
function seenAs(role: { now: EngineFacts['role'] }) {
  const running = stepRestart(WORKER_PARAMS.supervision, newRestartState(NOW), { type: 'started', atMs: NOW });
  const world = { state: running };
  const observer = new Observer({
    params: WORKER_PARAMS,
    gauge: new ProcessGauge(manualClock(NOW), 1e12),
    books: [],
    feeds: () => NO_FEEDS,
    role: () => role.now,
    components: () => [{ name: 'quant_engine', state: world.state, lastError: null, facts: null }],
    standing: [],
  });
  const line = (): string => {
    observer.look(NOW);
    return observer.observe(NOW).verdict.line;
  };
  return { observer, world, line };
}

it('prints OK for a standby whose parts are up, and does not call it ready (quant spec §11)', () => {
  const role: { now: EngineFacts['role'] } = { now: 'starting' };
  const { observer, line } = seenAs(role);
  expect(line()).toBe('OK degraded:worker:starting');
  role.now = 'standby';
  expect([line(), observer.observe(NOW).isReady]).toEqual(['OK', false]);
  role.now = 'active';
  expect([line(), observer.observe(NOW).isReady]).toEqual(['OK', true]);
});

it('says that it is starting until everything runs, and never again', () => {
  const { world, line } = seenAs({ now: 'active' });
  const { state } = world;
  world.state = newRestartState(NOW);
  expect(line()).toBe('OK degraded:worker:starting');
  world.state = state;
  expect(line()).toBe('OK');
  world.state = newRestartState(NOW);
  expect(line()).toBe('OK');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitReason } from '#shared/supervision/exit-rule.ts';
import { newRestartState, type RestartState, restartDelayMs, stepRestart } from '#shared/supervision/restart-state.ts';
import { WORKER_PARAMS } from './worker-params.ts';

const PARAMS = WORKER_PARAMS.supervision;

/** A component that runs and crashes after each of these times, started again as soon as it is due. */
function lives(runsMs: readonly number[]): { readonly states: readonly RestartState[]; readonly crashesAtMs: readonly number[] } {
  const states: RestartState[] = [];
  const crashesAtMs: number[] = [];
  let state = newRestartState(0);
  for (const ranMs of runsMs) {
    if (state.phase === 'failed') break;
    const startedMs = state.dueMs ?? 0;
    state = stepRestart(PARAMS, state, { type: 'started', atMs: startedMs });
    crashesAtMs.push(startedMs + ranMs);
    state = stepRestart(PARAMS, state, { type: 'crashed', atMs: startedMs + ranMs });
    states.push(state);
  }
  return { states, crashesAtMs };
}

const runs = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 40 });

describe('restarts of a component', () => {
  it('waits 1, 2, 4, 8, 16, 32, 60 s (operations spec OV-02)', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => restartDelayMs(PARAMS, attempt) / 1000)).toEqual([
      1, 2, 4, 8, 16, 32, 60, 60,
    ]);
  });

  it('is given up at the fifth crash within ten minutes, and not before', () => {
    fc.assert(
      fc.property(runs, (runsMs) => {
        const { states, crashesAtMs } = lives(runsMs);
        for (const [index, state] of states.entries()) {
          const now = crashesAtMs[index]!;
          const recent = crashesAtMs.slice(0, index + 1).filter((atMs) => atMs > now - 600_000).length;
          expect(state.phase).toBe(recent >= 5 ? 'failed' : 'waiting');
        }
      }),
    );
  });

  it('never waits less than a second nor more than a minute, and longer the more often it crashed at once', () => {
    fc.assert(
      fc.property(runs, (runsMs) => {
        const { states, crashesAtMs } = lives(runsMs);
        for (const [index, state] of states.entries()) {
          if (state.phase === 'failed') continue;
          const waitMs = state.dueMs! - crashesAtMs[index]!;
          const before = states[index - 1];
          expect(waitMs).toBeGreaterThanOrEqual(1_000);
          expect(waitMs).toBeLessThanOrEqual(60_000);
          const expected = runsMs[index]! >= 60_000 ? 1 : (before?.attempt ?? 0) + 1;
          expect(waitMs).toBe(restartDelayMs(PARAMS, expected));
        }
      }),
    );
  });

  it('begins anew when it is recovered, and counts how often even that did not help', () => {
    const { states } = lives([0, 0, 0, 0, 0]);
    const failed = states.at(-1)!;
    expect([failed.phase, failed.failuresAfterRecovery]).toEqual(['failed', 0]);
    let state = stepRestart(PARAMS, failed, { type: 'recover', atMs: 50_000 });
    expect([state.phase, state.dueMs, state.crashes]).toEqual(['waiting', 50_000, []]);
    for (let crash = 0; crash < 5; crash++) {
      state = stepRestart(PARAMS, state, { type: 'started', atMs: 50_000 + crash });
      state = stepRestart(PARAMS, state, { type: 'crashed', atMs: 50_000 + crash });
    }
    expect([state.phase, state.failuresAfterRecovery]).toEqual(['failed', 1]);
    expect(state.crashesTotal).toBe(10);
  });
});

describe('the process', () => {
  const fine = { leaseLostMidWrite: false, storeUnreachableMs: 0, engineFailuresAfterRecovery: 0 };

  it.each([
    [fine, null],
    [{ ...fine, leaseLostMidWrite: true }, 'lease_lost'],
    [{ ...fine, storeUnreachableMs: 300_000 }, null],
    [{ ...fine, storeUnreachableMs: 300_001 }, 'store_unreachable'],
    [{ ...fine, engineFailuresAfterRecovery: 1 }, null],
    [{ ...fine, engineFailuresAfterRecovery: 2 }, 'engine_failed'],
  ])('with %o ends because of %s', (facts, reason) => {
    expect(exitReason(WORKER_PARAMS.exit, facts)).toBe(reason);
  });
});

import { describe, expect, it } from 'vitest';
import { boundedAttempts } from '#shared/adapters/gcp/bounded-attempts.ts';
import { callFailed } from '#shared/adapters/gcp/grpc-failure.ts';
import { storageFailure } from '#shared/adapters/gcp/storage-failure.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { instantClock } from '../instant-clock.ts';

const httpError = (code: unknown, message = 'x', reason = 'x') =>
  Object.assign(new Error(message), { code, errors: [{ reason }] });
const NOBODY = new Error('Could not load the default credentials. Browse to https://…');

describe('storageFailure', () => {
  it.each([
    [httpError(404, 'No such object: b/a'), 'absent'],
    [httpError(404, 'The specified bucket does not exist.'), 'refused'],
    [httpError(412), 'precondition'],
    [httpError(416), 'range'],
    [httpError(429), 'rejected'],
    [httpError(400, 'Provided MD5 hash "a" doesn\'t match calculated MD5 hash "b".'), 'rejected'],
    [httpError(400, 'Invalid argument'), 'refused'],
    [httpError(403, 'no', 'forbidden'), 'forbidden'],
    [httpError(403, 'slow down', 'rateLimitExceeded'), 'rejected'],
    [httpError(401), 'refused'],
    [httpError(503), 'unknown'],
    [httpError(408), 'unknown'],
    [httpError(304), 'unknown'],
    [httpError('ECONNRESET'), 'unknown'],
    [NOBODY, 'refused'],
    ['a text', 'unknown'],
    [undefined, 'unknown'],
  ])('reads %s as %s', (thrown, kind) => {
    expect(storageFailure(thrown, 'stat a').kind).toBe(kind);
  });
});

it.each([
  [httpError(14), 'STORE_UNAVAILABLE'],
  [httpError(7), 'STORE_REFUSED'],
  [httpError(5), 'STORE_REFUSED'],
  [NOBODY, 'STORE_REFUSED'],
  [null, 'STORE_UNAVAILABLE'],
])('callFailed reads %s as %s', (thrown, code) => {
  expect(callFailed(thrown, 'Firestore', 'get c/d').code).toBe(code);
});

describe('boundedAttempts', () => {
  const busy = new LivepoolError('STORE_UNAVAILABLE', 'transient', 'busy');

  it('doubles its pauses up to the longest, shortened by at most half, and stays within the budget', async () => {
    const clock = instantClock();
    const limits = { firstPauseMs: 100, maxPauseMs: 1_000, budgetMs: 10_000 };
    const timing = { clock, random: repeatableRandom('jitter'), limits };
    await expect(boundedAttempts(timing, async () => ({ again: busy }))).rejects.toBe(busy);
    clock.sleptMs.forEach((pauseMs, index) => {
      const fullMs = Math.min(1_000, 100 * 2 ** index);
      expect(pauseMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(fullMs);
    });
    expect(clock.sleptMs.length).toBeGreaterThan(10);
    expect(clock.nowMs()).toBeLessThanOrEqual(10_000);
  });

  it('hands on at once what an attempt throws', async () => {
    const clock = instantClock();
    const timing = { clock, random: repeatableRandom('jitter') };
    await expect(boundedAttempts(timing, () => Promise.reject(new Error('final')))).rejects.toThrow('final');
    expect(clock.sleptMs).toEqual([]);
  });
});

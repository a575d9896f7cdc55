import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Throughput } from '../../../functions/worker/throughput.ts';

const START_MS = 1_767_225_600_000;

describe('the throughput of a stream', () => {
  it('is the mean of the last whole seconds, and of its own age while that is less', () => {
    const throughput = new Throughput();
    for (let s = 0; s < 10; s++) throughput.count('kraken', START_MS + s * 1_000 + 250, 4);
    expect(throughput.rates(START_MS + 10_000)).toEqual(new Map([['kraken', 4]]));
    for (let s = 10; s < 100; s++) throughput.count('kraken', START_MS + s * 1_000, 2);
    expect(throughput.rates(START_MS + 100_000).get('kraken')).toBe(2);
  });

  it('falls to nothing within a minute of silence', () => {
    const throughput = new Throughput();
    for (let s = 0; s < 60; s++) throughput.count('gate', START_MS + s * 1_000, 6);
    expect(throughput.rates(START_MS + 90_000).get('gate')).toBeCloseTo(6 * (29 / 59), 9);
    expect(throughput.rates(START_MS + 3_600_000).get('gate')).toBe(0);
  });

  it('counts every event of the window once, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3_000, max: 4_000 }), { maxLength: 200 }), (steps) => {
        const throughput = new Throughput(10);
        let nowMs = START_MS;
        let furthestS = Math.floor(START_MS / 1_000);
        const counted: number[] = [];
        throughput.count('x', nowMs);
        counted.push(furthestS);
        for (const step of steps) {
          nowMs += step;
          furthestS = Math.max(furthestS, Math.floor(nowMs / 1_000));
          throughput.count('x', nowMs);
          counted.push(furthestS);
        }
        const within = counted.filter((s) => s < furthestS && s > furthestS - 10).length;
        const spanS = Math.min(9, Math.max(1, furthestS - counted[0]!));
        expect(throughput.rates(furthestS * 1_000).get('x')).toBe(within / spanS);
      }),
    );
  });
});

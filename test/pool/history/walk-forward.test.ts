import { describe, expect, it } from 'vitest';
import { type WalkForwardRule, walkForwardWindows } from '#shared/pool/history/walk-forward.ts';

const RULE: WalkForwardRule = { trainDates: 720, testDates: 120, stepDates: 60, purgeDates: 90, trailing: 'stop' };

const positions = (dateCount: number, rule = RULE) =>
  walkForwardWindows(dateCount, rule, 90).map((w) => [w.trainStart, w.trainEnd, w.testStart, w.testEnd]);

describe('walk-forward windows', () => {
  it('are those of the vector for 1000 dates (research spec §3)', () => {
    expect(positions(1000)).toEqual([
      [0, 629, 720, 839],
      [60, 689, 780, 899],
      [120, 749, 840, 959],
      [180, 809, 900, 999],
    ]);
  });

  it('cover every date from the first test date on, never train on what they test, and keep the purge between', () => {
    for (const dateCount of [721, 780, 839, 840, 841, 1500, 2192]) {
      for (const trailing of ['stop', 'every_started'] as const) {
        const windows = walkForwardWindows(dateCount, { ...RULE, trailing }, 90);
        for (let p = 720; p < dateCount; p++) expect(windows.some((w) => w.testStart <= p && p <= w.testEnd)).toBe(true);
        for (const w of windows) expect(w.testStart - w.trainEnd).toBe(91);
        for (const w of windows) expect(w.testEnd).toBeLessThan(dateCount);
      }
    }
  });

  it('that have started cover a date alike however much later one looks; stopping at the last date does not', () => {
    const covering = (dateCount: number, p: number, trailing: WalkForwardRule['trailing']) =>
      walkForwardWindows(dateCount, { ...RULE, trailing }, 90)
        .filter((w) => w.testStart <= p && p <= w.testEnd)
        .map((w) => w.testStart);
    for (let p = 720; p < 1200; p += 7) {
      expect(covering(p + 1, p, 'every_started')).toEqual(covering(2000, p, 'every_started'));
    }
    expect(covering(971, 970, 'stop')).not.toEqual(covering(2000, 970, 'stop'));
  });

  it('are none while there is no more than one training range', () => {
    expect(positions(720)).toEqual([]);
  });

  it('are refused when labels would reach into the test range, or nothing is left to learn from', () => {
    const refused = expect.objectContaining({ code: 'PARAMS_INVALID' });
    expect(() => positions(1000, { ...RULE, purgeDates: 89 })).toThrow(refused);
    expect(() => positions(1000, { ...RULE, purgeDates: 720 })).toThrow(refused);
  });
});

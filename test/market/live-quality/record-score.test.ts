import { describe, expect, it } from 'vitest';
import type { QualityFinding } from '#shared/market/live-quality/finding.ts';
import { barRecord, sampleRecord } from '#shared/market/live-quality/live-record.ts';
import { gradeOf, recordScore } from '#shared/market/live-quality/record-score.ts';
import { bar, mark, PAIR } from './sample-records.ts';

const anomaly = (level: QualityFinding['level']): QualityFinding => ({
  check: 'anomaly_price',
  level,
  field: 'close',
  observed: 4,
});

describe('the score of a record', () => {
  const prompt = barRecord(PAIR, bar(0), bar(0).available_at);

  it('is 100 for a prompt, whole, consistent and ordinary one', () => {
    expect(recordScore(prompt, [])).toEqual({ score: 100, grade: 'excellent' });
  });

  it('takes .3 of what its age takes of the limit', () => {
    const late = barRecord(PAIR, bar(0), bar(0).available_at + 5_000);
    expect(recordScore(late, [])).toEqual({ score: 85, grade: 'good' });
    expect(recordScore(barRecord(PAIR, bar(0), bar(0).available_at + 60_000), []).score).toBe(70);
  });

  it('takes .3 of the share of needed numbers that are not there', () => {
    expect(recordScore(sampleRecord(PAIR, { ...mark(0), mark_price: null, ts_recv: mark(0).ts_event }), []).score).toBe(70);
  });

  it('takes a quarter of .2 for an inverted range, and 15 of a hundred for open and close outside', () => {
    const { close } = bar(0);
    const outside = barRecord(PAIR, bar(0, { open: close * 2 }), bar(0).available_at);
    expect(recordScore(outside, []).score).toBeCloseTo(97, 10);
    const inverted = barRecord(PAIR, bar(0, { high: close / 2, low: close * 2 }), bar(0).available_at);
    expect(recordScore(inverted, []).score).toBeCloseTo(100 - 0.2 * (25 + 15 + 15), 10);
  });

  it('takes .1 for a flag and .2 for a quarantine', () => {
    expect([recordScore(prompt, [anomaly('flag')]).score, recordScore(prompt, [anomaly('quarantine')]).score]).toEqual([90, 80]);
  });
});

it.each([
  [100, 'excellent'],
  [95, 'excellent'],
  [94.99, 'good'],
  [85, 'good'],
  [84.9, 'acceptable'],
  [70, 'acceptable'],
  [69.9, 'poor'],
  [50, 'poor'],
  [49.9, 'unusable'],
])('grades %d as %s', (score, grade) => expect(gradeOf(score)).toBe(grade));

import { describe, expect, it } from 'vitest';
import { BookAudit } from '#shared/market/feed/book-audit.ts';

const EVERY_MS = 300_000;

/** Times at which one book's REST book is asked for, each answered at once by nothing. */
function askedWithoutAnswer(untilMs: number): readonly number[] {
  const audit = new BookAudit(1, EVERY_MS, 0);
  const asked: number[] = [];
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 1_000) {
    if (audit.next(nowMs) < 0) continue;
    asked.push(nowMs);
    audit.missed(0, nowMs);
  }
  return asked;
}

describe('the comparison with REST', () => {
  it('asks again a minute after a book that could not be had, not a whole turn later', () => {
    expect(askedWithoutAnswer(500_000)).toEqual([305_000, 370_000, 435_000, 500_000]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { REGIMES, type Regime } from '#shared/contracts/regime-params.ts';
import { BOUNDARY_MS } from '#shared/signals/regime/boundary.ts';
import { type ActiveRegime, activeRegime, type Said } from '#shared/signals/regime/stability.ts';

const { stability } = loadRegimeParams().params;

const LABELS: Readonly<Record<string, Regime>> = { T: 'trending', C: 'choppy', H: 'highvol', M: 'mixed' };

/** Runs boundary after boundary; a word is a label and its confidence, `T.7`. */
function run(words: readonly string[], params = stability): readonly ActiveRegime[] {
  const said: Said[] = [];
  const active: ActiveRegime[] = [];
  for (const [i, word] of words.entries()) {
    const verdict = { raw: LABELS[word[0]!]!, confidence: Number(word.slice(1)) };
    const boundaryMs = (i + 1) * BOUNDARY_MS;
    active.push(activeRegime(boundaryMs, verdict, said, active.at(-1) ?? null, params));
    said.push({ boundaryMs, ...verdict });
  }
  return active;
}

const letters = (words: readonly string[], params = stability) =>
  run(words, params)
    .map(({ regime }) => regime[0]!.toUpperCase())
    .join('');

const times = (count: number, word: string) => Array.from({ length: count }, () => word);

describe('the active regime', () => {
  it('follows a lasting change late, as in the specification', () => {
    expect(letters([...times(6, 'T.7'), ...times(6, 'C.6')])).toBe('TTTTTTTTTCCC');
  });

  it('takes a confident highvol at once and keeps it for two boundaries, as in the specification', () => {
    const words = [...times(3, 'C.6'), 'H.7', ...times(4, 'C.6')];
    expect(letters(words)).toBe('CCCHHCCC');
    expect(run(words).map(({ method }) => method)[3]).toBe('fast_highvol');
    expect(letters(words, { ...stability, fast_highvol: false })).toBe('CCCCCCCC');
  });

  it('does not hurry for a highvol that is less sure', () => {
    expect(letters([...times(3, 'C.6'), 'H.6', 'C.6'])).toBe('CCCCC');
  });

  it('gives equal sums to the tighter label, and needs the lead all the same', () => {
    // Mixed .6 and trending .6 lead choppy together.
    expect(letters(['C.5', 'M.6', 'T.6'])).toBe('CCM');
    // One sixth more than the incumbent is too little.
    expect(letters(['C.6', 'M.7', 'C.0'])).toBe('CCC');
  });

  it('ends as mixed when nothing can be said any more', () => {
    expect(letters(['T.7', ...times(6, 'M0')])).toBe('TTTTTTM');
  });

  it('is stable eight hours after a change', () => {
    expect(run(['C.6', 'H.7', 'H.7', 'H.7', 'C.0']).map(({ isStable }) => isStable)).toEqual([false, false, false, true, true]);
  });

  it('counts what was said in any order, and nothing outside of its window or later', () => {
    const said = fc.record({
      raw: fc.constantFrom(...REGIMES),
      confidence: fc.constantFrom(0, 0.4, 0.6, 0.7, 1),
    });
    fc.assert(
      fc.property(fc.array(said, { minLength: 5, maxLength: 12 }), fc.constantFrom(...REGIMES), said, (list, regime, now) => {
        const all = list.map((one, i) => ({ ...one, boundaryMs: i * BOUNDARY_MS }));
        const at = (list.length - 1) * BOUNDARY_MS;
        const incumbent = { regime, sinceMs: 0 };
        const before = all.filter(({ boundaryMs }) => boundaryMs < at && boundaryMs > at - 6 * BOUNDARY_MS);
        const expected = activeRegime(at, now, before, incumbent, stability);
        expect(activeRegime(at, now, all.toReversed(), incumbent, stability)).toEqual(expected);
      }),
    );
  });
});

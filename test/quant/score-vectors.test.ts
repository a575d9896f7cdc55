import { describe, expect, it } from 'vitest';
import quantParams from '#params/quant.json' with { type: 'json' };
import { quantParamsSchema } from '#shared/contracts/quant-params.ts';
import { type BiasState, FIRST_BIAS, nextBias } from '#shared/quant/bias.ts';
import { confluence } from '#shared/quant/confluence.ts';

const params = quantParamsSchema.parse(quantParams);
const NONE = Number.NaN;

function labels(scores: readonly number[], from: BiasState = FIRST_BIAS): readonly string[] {
  let state = from;
  return scores.map((score) => {
    state = nextBias(state, score, params.bias);
    return state.label;
  });
}

/** `count` times the same. */
function repeated<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}

describe('confluence (quant spec §4.1)', () => {
  it('gives the vector of the spec', () => {
    const inputs = [1.8, Math.log(1.25), 0.22, -1.1, 0.6, -1.2, 0.4 * 0.5];
    const { score, coverage, contributions } = confluence(inputs, params.score);
    expect(score).toBeCloseTo(0.4088966618, 10);
    expect(coverage).toBe(1);
    expect(contributions.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 15);
  });

  it('is null below the least coverage and renormalises above it', () => {
    const few = confluence([1, NONE, 0.1, NONE, NONE, 0, NONE], params.score);
    expect([few.score, few.coverage]).toEqual([NONE, 0.5]);
    const enough = confluence([2, 0.25, 0.3, NONE, NONE, NONE, NONE], params.score);
    expect(enough.coverage).toBe(0.6);
    expect(enough.score).toBeCloseTo(Math.tanh(1), 12);
    expect(confluence(repeated(7, NONE), params.score)).toMatchObject({ score: NONE, coverage: 0 });
  });
});

describe('bias (quant spec §4.2)', () => {
  it('gives the vector of the spec', () => {
    const scores = [0.4, 0.36, 0.34, 0.41, 0.38, 0.37, 0.25, 0.19, 0.18, 0.22, 0.1, 0.05, 0.01];
    const n = 'neutral';
    expect(labels(scores)).toEqual([n, n, n, n, n, ...repeated(7, 'long'), n]);
  });

  it('turns from long to short by three ticks in a row, mirrored', () => {
    expect(labels([0.4, 0.4, 0.4, -0.4, -0.4, -0.4])).toEqual(['neutral', 'neutral', 'long', 'long', 'long', 'short']);
    expect(labels([-0.4, -0.4, -0.4, -0.2, -0.19, -0.1, 0])).toEqual([
      'neutral',
      'neutral',
      'short',
      'short',
      'short',
      'short',
      'neutral',
    ]);
  });

  it('starts the count anew after a null, and forgets after four', () => {
    expect(labels([0.4, 0.4, NONE, 0.4, 0.4, 0.4]).at(-1)).toBe('long');
    expect(labels([0.4, 0.4, NONE, 0.4, 0.4]).at(-1)).toBe('neutral');
    expect(labels([0.4, 0.4, 0.4, NONE, NONE, NONE]).at(-1)).toBe('long');
    expect(labels([0.4, 0.4, 0.4, NONE, NONE, NONE, NONE, 0.3, 0.4, 0.4, 0.4])).toEqual([
      'neutral',
      'neutral',
      'long',
      'long',
      'long',
      'long',
      'unknown',
      'neutral',
      'neutral',
      'neutral',
      'long',
    ]);
  });
});

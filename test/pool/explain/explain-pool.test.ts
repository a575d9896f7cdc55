import { beforeAll, describe, expect, it } from 'vitest';
import type { Explain, ExplainedMember } from '#shared/contracts/explain.ts';
import { diffPools } from '#shared/pool/explain/diff-pools.ts';
import { diffPoolsText } from '#shared/pool/explain/diff-pools-text.ts';
import { decodeExplain, explainBytes } from '#shared/pool/explain/explain-bytes.ts';
import { explainCut } from '#shared/pool/explain/explain-cut.ts';
import { explainPool } from '#shared/pool/explain/explain-pool.ts';
import { explainSymbolText } from '#shared/pool/explain/explain-symbol-text.ts';
import { fitHistGbt } from '#shared/pool/models/ml-scores.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import type { ScoredPool } from '#shared/pool/ranking/scored-pool.ts';
import { hasShared } from '../../golden/read-csv.ts';
import { BYBIT, bybitPanels, recordedParams } from '../../golden/recorded-bybit.ts';

const SHA = 'a'.repeat(64);
const INPUTS = [
  { name: 'candles/SOLUSDT.csv', sha256: SHA },
  { name: 'candles/BTCUSDT.csv', sha256: SHA },
];

function sum(values: readonly number[], start = 0): number {
  return values.reduce((total, value) => total + value, start);
}

describe.skipIf(!hasShared(BYBIT))('the explanation of a recorded build', () => {
  let panel: Panel;
  let pool: ScoredPool;
  let explain: Explain;
  let other: Explain;
  let members: readonly ExplainedMember[];

  beforeAll(() => {
    const panelOf = bybitPanels();
    const build = (name: 'reference' | 'core_major') => {
      const params = recordedParams(name);
      panel = panelOf(params);
      const scored = scorePool(panel, params, fitHistGbt);
      if (!scored.ok) throw new Error(scored.error.map(({ message }) => message).join('; '));
      pool = scored.value;
      return explainPool(panel, pool, { params, paramsSha256: SHA, inputs: INPUTS });
    };
    other = build('core_major');
    explain = build('reference');
    members = [...explain.selected, ...explain.ranked];
  });

  it('names every symbol exactly once, and the counts add up', () => {
    const named = [...members, ...explain.excluded].map(({ symbol }) => symbol);
    expect(new Set(named).size).toBe(named.length);
    expect(named.toSorted()).toEqual([...panel.symbols].toSorted());
    expect(explain.counts).toEqual({
      selected: 5,
      ranked: 6,
      excluded: panel.symbols.length - 11,
      total: panel.symbols.length,
    });
    expect(explain.excluded.every(({ reasons }) => reasons.length > 0)).toBe(true);
  });

  it('takes every final score apart', () => {
    for (const { components, final_score, confidence } of members) {
      expect(Math.abs(sum(Object.values(components).map(({ contribution }) => contribution)) - final_score)).toBeLessThan(1e-12);
      expect(confidence.value).toBeCloseTo(0.6 * confidence.agreement + 0.4 * confidence.edge, 12);
    }
  });

  it('takes every component apart', () => {
    for (const { components, rule, linear, ml } of members) {
      expect(sum(rule.map(({ points }) => points))).toBeCloseTo(components.rule.raw!, 12);
      expect(
        sum(
          linear!.features.map(({ contribution }) => contribution),
          linear!.intercept,
        ),
      ).toBeCloseTo(components.linear.raw!, 12);
      expect(linear!.features.every(({ coefficient, z, contribution }) => coefficient * z === contribution)).toBe(true);
      expect(
        Math.abs(
          sum(
            ml!.features.map(({ contribution }) => contribution),
            ml!.base,
          ) - components.ml.raw!,
        ),
      ).toBeLessThan(1e-9);
    }
  });

  it('measures the distance to the cut for those behind it', () => {
    const cut = explain.selected.at(-1)!.final_score;
    expect(explain.selected.every(({ below_cutoff }) => below_cutoff === null)).toBe(true);
    for (const { below_cutoff, final_score } of explain.ranked) expect(below_cutoff!.distance).toBe(cut - final_score);
  });

  it('states the rule that made the regime, window, seed and inputs', () => {
    expect(explain.regime).toMatchObject({ name: 'late_momentum', rule: 4, weights: { rule: 0.35, linear: 0.15, ml: 0.5 } });
    expect(explain.model).toEqual({
      backend: 'hist_gbt',
      seed: 42,
      train_start: '2022-09-13',
      train_end: '2024-09-01',
      train_rows: 2548,
      rule_scheme: 'balanced_leader',
    });
    expect(explain.inputs.map(({ name }) => name)).toEqual(['candles/BTCUSDT.csv', 'candles/SOLUSDT.csv']);
  });

  it('has the same bytes whatever the order of the inputs, and survives the way through a file', () => {
    const bytes = explainBytes(explain);
    const params = recordedParams('reference');
    const again = explainPool(panel, pool, { params, paramsSha256: SHA, inputs: INPUTS.toReversed() });
    expect(explainBytes(again)).toEqual(bytes);
    const decoded = decodeExplain(bytes);
    expect(decoded.ok && explainBytes(decoded.value)).toEqual(bytes);
  });

  it('tells a person why a symbol is in, out or excluded', () => {
    expect(explainSymbolText(explain, 'SOLUSDT')).toMatch(
      /^SOLUSDT: selected, rank 1 of 11 on 2024-11-30 \(core_major\)\nfinal score 0\.8545/,
    );
    expect(explainSymbolText(explain, 'DYDXUSDT')).toContain('below the cut: 0.0136 short of rank 5');
    const excluded = explain.excluded.find(({ stage }) => stage === 'eligibility')!;
    expect(explainSymbolText(explain, excluded.symbol)).toContain(excluded.reasons[0]!.code);
    expect(explainSymbolText(explain, 'NOSUCHUSDT')).toBeUndefined();
  });

  it('sets the neighbours of the cut against each other', () => {
    const around = explainCut(explain);
    expect(around.map(({ symbol, selected }) => [symbol, selected])).toEqual([
      ['LTCUSDT', true],
      ['AVAXUSDT', true],
      ['DYDXUSDT', false],
      ['INJUSDT', false],
    ]);
    expect(around[2]!.why).toMatch(
      /^behind AVAXUSDT, the last in, by 0\.0136: \w+ [+−]0\.\d{4}, \w+ [+−]0\.\d{4}, \w+ [+−]0\.\d{4}$/,
    );
  });

  it('lists what another parameter set changes', () => {
    const diff = diffPools(explain, other);
    expect(diff).toMatchObject({ sameParams: true, came: [], went: [], universeEntered: [], universeLeft: [] });
    expect(diff.moves.filter(({ fromRank, toRank }) => fromRank !== toRank).map(({ symbol }) => symbol)).toEqual([
      'LINKUSDT',
      'XRPUSDT',
    ]);
    for (const { finalChange, ruleChange, linearChange, mlChange } of diff.moves) {
      expect(ruleChange + linearChange + mlChange).toBeCloseTo(finalChange, 12);
    }
    const without = { ...other, selected: other.selected.slice(1), ranked: other.ranked };
    const text = diffPoolsText(diffPools(explain, without));
    expect(text).toContain('SOLUSDT (now unknown)');
  });
});

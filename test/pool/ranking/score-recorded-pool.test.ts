import { beforeAll, describe, expect, it } from 'vitest';
import { formatDay } from '#shared/core/calendar-day.ts';
import { fitHistGbt } from '#shared/pool/models/ml-scores.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import type { ScoredPool } from '#shared/pool/ranking/scored-pool.ts';
import { hasShared } from '../../golden/read-csv.ts';
import { BYBIT, bybitPanels, recordedParams } from '../../golden/recorded-bybit.ts';

/** Symbol, rule raw, linear raw, ml raw, final, confidence. */
type Row = readonly [string, number, number, number, number, number];

const P_22: readonly Row[] = [
  ['SOLUSDT', 0.695454545, 0.652733442, 0.851836507, 0.854545454545, 0.550358131276],
  ['UNIUSDT', 0.759090909, 0.804366541, 0.802089187, 0.85, 0.81701633427],
  ['STXUSDT', 0.363636364, 0.951633974, 0.831443753, 0.7, 0.284483751614],
  ['LTCUSDT', 0.527272727, 0.837489628, 0.640557792, 0.645454545455, 0.489272800058],
  ['AVAXUSDT', 0.690909091, 0.77933298, 0.61338891, 0.545454545455, 0.384428973445],
  ['DYDXUSDT', 0.45, 0.333347257, 0.776134848, 0.531818181818, 0.336827129702],
  ['INJUSDT', 0.477272727, 0.772989741, 0.636299845, 0.527272727273, 0.512727272727],
  ['XRPUSDT', 0.9, -0.425941476, 0.366984702, 0.409090909091, 0.0727272727273],
  ['LINKUSDT', 0.6, 0.766215983, 0.492017015, 0.395454545455, 0.395008947884],
  ['ARUSDT', 0.2, 0.139306524, 0.635738885, 0.286363636364, 0.543818254604],
  ['ETHUSDT', 0.336363636, 0.437417076, 0.577434274, 0.254545454545, 0.687272727273],
];

describe.skipIf(!hasShared(BYBIT))('recorded Bybit candles as of 2024-11-30', () => {
  const built = new Map<string, { panel: Panel; pool: ScoredPool }>();
  const of = (name: string) => built.get(name)!;

  beforeAll(() => {
    const panelOf = bybitPanels();
    for (const name of ['reference', 'core_major'] as const) {
      const params = recordedParams(name);
      const panel = panelOf(params);
      const scored = scorePool(panel, params, fitHistGbt);
      if (!scored.ok) throw new Error(scored.error.map(({ message }) => message).join('; '));
      built.set(name, { panel, pool: scored.value });
    }
  });

  it('P-22: trains on the stated window', () => {
    const { panel, pool } = of('reference');
    const { training } = panel;
    expect([formatDay(training.firstDay), formatDay(training.lastDay), training.rowCount]).toEqual([
      '2022-09-13',
      '2024-09-01',
      2548,
    ]);
    expect(pool.models!.ridge.intercept).toBeCloseTo(0.619897959183673, 12);
    expect(pool.decision).toMatchObject({ regime: 'late_momentum', regimeConfidence: 1 });
  });

  it('P-22: scores and ranks', () => {
    const { pool } = of('reference');
    expect(pool.members.map(({ symbol }) => symbol)).toEqual(P_22.map(([symbol]) => symbol));
    for (const [i, [, rule, linear, ml, final, confidence]] of P_22.entries()) {
      const member = pool.members[i]!;
      expect(member.raw.rule).toBeCloseTo(rule, 9);
      expect(member.raw.linear).toBeCloseTo(linear, 8);
      expect(member.raw.ml).toBeCloseTo(ml, 9);
      expect(member.blend.final).toBeCloseTo(final, 11);
      expect(member.blend.confidence).toBeCloseTo(confidence, 11);
    }
  });

  it('P-23: core_major changes ridge, not the trees', () => {
    const members = new Map(of('core_major').pool.members.map((member) => [member.symbol, member]));
    const linear = { SOL: 0.602675327, UNI: 0.69255843, STX: 0.870080863, LTC: 0.798049911, AVAX: 0.683464891 };
    for (const [base, raw] of Object.entries(linear)) expect(members.get(`${base}USDT`)!.raw.linear).toBeCloseTo(raw, 8);
    const changed = new Map([
      ['UNIUSDT', 0.836363636364],
      ['AVAXUSDT', 0.531818181818],
      ['INJUSDT', 0.513636363636],
      ['LINKUSDT', 0.436363636364],
    ]);
    for (const [symbol, , , ml, final] of P_22) {
      expect(members.get(symbol)!.raw.ml).toBeCloseTo(ml, 9);
      expect(members.get(symbol)!.blend.final).toBeCloseTo(changed.get(symbol) ?? final, 11);
    }
    expect(members.get('AVAXUSDT')!.blend.confidence).toBeCloseTo(0.398363709149, 11);
    expect([members.get('LINKUSDT')!.rank, members.get('XRPUSDT')!.rank]).toEqual([8, 9]);
  });
});

import { describe, expect, it } from 'vitest';
import { QuantEngine } from '#shared/quant/engine.ts';
import { explainScore } from '#shared/quant/explain/explain-score.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { event, oneSymbol, PARAMS, perp, spot } from '../support/events.ts';
import { INVERSE_ID, PERP_ID, randomSession, SPOT_ID } from '../support/random-session.ts';
import { runSession } from '../support/session-run.ts';

const START = 1_767_225_600_000;
const MIN = 60_000;
const UNIVERSE = oneSymbol('BTC-USD', [perp(INVERSE_ID, 1, 'inverse'), spot(SPOT_ID), perp(PERP_ID, 0.0001)]);
const TICKS = runSession(new QuantEngine(UNIVERSE, PARAMS), randomSession('explain', START, 35), START, START + 35 * MIN);

describe('an explained score', () => {
  it('sums its contributions, and its hash holds over the stored values at every tick and timeframe', () => {
    const rows = new QuantRows();
    let scored = 0;
    for (const tick of TICKS) {
      for (const at of PARAMS.timeframes.keys()) {
        const { score, inputs, inputsHashHolds, whyNull } = explainScore(rows.features(tick, 0, at), PARAMS);
        expect(inputsHashHolds).toBe(true);
        expect(whyNull === null).toBe(score !== null);
        for (const { contribution, missing } of inputs) expect(missing.length > 0).toBe(contribution === null);
        if (score === null) continue;
        scored += 1;
        expect(inputs.reduce((sum, { contribution }) => sum + (contribution ?? 0), 0)).toBeCloseTo(score, 12);
      }
    }
    expect(scored).toBeGreaterThan(10);
  });

  it('says which figure of which venue is missing, and why', () => {
    const engine = new QuantEngine(UNIVERSE, PARAMS);
    const ratio = { unit: 'ratio', population: 'accounts', ratio: 1.5, longs: 2, shorts: 3 } as const;
    engine.onEvent(event('long_short', PERP_ID, START, ratio));
    const row = new QuantRows().features(engine.tick(START), 0, 0);
    const { whyNull, inputs } = explainScore(row, PARAMS);
    const all = 'oi_momentum, taker, imbalance, global_ls, top_pos_ls, funding, liquidations';
    expect(whyNull).toBe(`coverage 0.00 is below 0.60: nothing from ${all}`);
    const { missing } = inputs.find(({ input }) => input === 'global_ls')!;
    expect(missing).toContain('global_ls_ratio of BTC-USDT.perp@gate is suspect, 0 s old');
    expect(missing).toContain('global_ls_ratio of BTC-USD.perp@krakenfutures is missing');
  });

  it('notices a changed row', () => {
    const row = new QuantRows().features(TICKS.at(-1)!, 0, 0);
    const metrics = row.metrics.map((metric) =>
      metric.metric === 'oi_usd' && metric.venue !== null ? { ...metric, value: 1 } : metric,
    );
    expect(explainScore({ ...row, metrics }, null)).toMatchObject({
      inputsHashHolds: false,
      inputs: [{ weight: null, scale: null }, {}, {}, {}, {}, {}, {}],
    });
  });
});

import { describe, expect, it } from 'vitest';
import quant from '#params/quant.json' with { type: 'json' };
import worker from '#params/worker.json' with { type: 'json' };
import { planReload } from '#shared/supervision/reload/plan-reload.ts';
import { RELOADABLE, RISKY } from '#shared/supervision/reload/reload-rules.ts';

const SETS = { worker, quant };

/** The sets with other values at dotted keys. */
function changed(values: Readonly<Record<string, unknown>>) {
  const sets = structuredClone(SETS) as Record<string, unknown>;
  for (const [key, value] of Object.entries(values)) {
    const names = key.split('.');
    const last = names.pop()!;
    const branch = names.reduce((at, name) => at[name] as Record<string, unknown>, sets);
    branch[last] = value;
  }
  return sets as typeof SETS;
}

const valueAt = (key: string): unknown =>
  key.split('.').reduce((at: unknown, name) => (at as Record<string, unknown>)[name], SETS);

describe('what a reload may change (quant spec §8)', () => {
  it('finds nothing where nothing changed', () => {
    const plan = planReload(SETS, structuredClone(SETS));
    expect([plan.applied, plan.refused]).toEqual([[], []]);
    expect(plan.unchanged).toBeGreaterThan(80);
  });

  it('names only keys that there are', () => {
    for (const key of Object.keys(RELOADABLE))
      expect([key, typeof valueAt(key)]).toEqual([key, expect.stringMatching(/number|string/)]);
    for (const beginning of RISKY) expect([beginning, valueAt(beginning.replace(/\.$/, ''))]).not.toEqual([beginning, undefined]);
  });

  it.each(Object.entries(RELOADABLE).filter(([, rule]) => rule !== 'any'))('lets %s only go %s', (key, rule) => {
    const now = valueAt(key) as number;
    const [strict, loose] = rule === 'lower' ? [now / 2, now * 2] : [now * 2, now / 2];
    expect(planReload(SETS, changed({ [key]: strict }))).toMatchObject({
      applied: [{ key, from: now, to: strict }],
      refused: [],
    });
    expect(planReload(SETS, changed({ [key]: loose }))).toMatchObject({ applied: [], refused: [{ key, needs: 'approval' }] });
  });

  it('moves thresholds of alerts freely, and never what a score is made of', () => {
    const plan = planReload(
      SETS,
      changed({
        'quant.alerts.oi_z': 9,
        'quant.score.inputs.taker.weight': 0.3,
        'quant.primary_venues': ['gate'],
        'quant.funding.max_rate_per_h': { kraken: 0.1 },
        'worker.exit.store_unreachable_ms': 1,
        'worker.continuity.probe_every_ms': 1_000,
      }),
    );
    expect(plan.applied).toEqual([{ key: 'quant.alerts.oi_z', from: 2.5, to: 9 }]);
    expect(plan.refused.map(({ key, needs }) => [key, needs])).toEqual([
      ['quant.funding.max_rate_per_h.kraken', 'approval'],
      ['quant.funding.max_rate_per_h.krakenfutures', 'approval'],
      ['quant.primary_venues', 'approval'],
      ['quant.score.inputs.taker.weight', 'approval'],
      ['worker.continuity.probe_every_ms', 'restart'],
      ['worker.exit.store_unreachable_ms', 'restart'],
    ]);
    expect(plan.refused[0]).toMatchObject({ from: null, to: 0.1 });
  });
});

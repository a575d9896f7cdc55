import { describe, expect, it } from 'vitest';
import { quantFeatureRowSchema } from '#shared/contracts/quant-rows.ts';
import { QuantEngine } from '#shared/quant/engine.ts';
import { decodeFeatures, encodeFeatures, featureLayout, parseFeatureLayout } from '#shared/quant/rows/feature-block.ts';
import { featureSlots } from '#shared/quant/rows/metric-values.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { PARAMS } from '../support/events.ts';
import { randomSession } from '../support/random-session.ts';
import { runSession } from '../support/session-run.ts';
import { START, TICK, UNIVERSE } from './ticker-world.ts';

describe('a stored block of features', () => {
  const ticks = runSession(new QuantEngine(UNIVERSE, PARAMS), randomSession('block', START, 35), START, START + 140 * TICK);
  const rows = new QuantRows();
  const tick = ticks.at(-1)!;
  const layout = parseFeatureLayout(JSON.stringify(featureLayout(tick, 0)));
  const bytes = encodeFeatures(tick, 0, featureSlots(tick, 0), rows.summary(tick));

  it('gives back every row of every timeframe, to the bit', () => {
    for (const [at, timeframe] of PARAMS.timeframes.entries()) {
      const row = decodeFeatures({ tickTs: tick.tickTs, revision: 0, bytes }, layout, timeframe);
      expect(row).toEqual(rows.features(tick, 0, at));
      expect(quantFeatureRowSchema.parse(row)).toEqual(row);
    }
    expect(bytes.length).toBeLessThan(6_000);
  });

  it('is refused when it is damaged, and gives nothing for a timeframe it does not have', () => {
    const short = { ...layout, timeframes: layout.timeframes.slice(0, 1) };
    expect(decodeFeatures({ tickTs: 0, revision: 0, bytes }, short, '1h')).toBeUndefined();
    const wrong = [bytes.slice(0, 40), Uint8Array.of(1, 2, 3), new Uint8Array(0)];
    for (const damaged of wrong) {
      const decode = () => decodeFeatures({ tickTs: 0, revision: 0, bytes: damaged }, layout, '1m');
      expect(decode).toThrow(expect.objectContaining({ code: 'DOCUMENT_UNREADABLE' }));
    }
    expect(() => parseFeatureLayout('{"schema":"other"}')).toThrow(expect.objectContaining({ code: 'DOCUMENT_UNREADABLE' }));
  });
});

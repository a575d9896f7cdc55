import { expect, it } from 'vitest';
import { sourceHealthSchema } from '#shared/contracts/market-samples.ts';
import { SourceHealthTable } from '#shared/quant/api/source-health.ts';
import { sourceRows } from '#shared/quant/api/source-rows.ts';
import { QuantEngine } from '#shared/quant/engine.ts';
import { oneSymbol, PARAMS, perp, spot } from './support/events.ts';
import { PERP_ID, randomSession, SPOT_ID } from './support/random-session.ts';
import { runSession } from './support/session-run.ts';

const START = 1_767_225_600_000;
const MIN = 60_000;

/** Ticks of a market that goes silent after five minutes. */
function silencedTicks() {
  const engine = new QuantEngine(oneSymbol('BTC-USD', [spot(SPOT_ID), perp(PERP_ID, 0.0001)]), PARAMS);
  const events = randomSession('health', START, 5);
  return runSession(engine, events, START, START + 20 * MIN);
}

it('is the freshness matrix of a tick with what the ticks before it saw', () => {
  const table = new SourceHealthTable();
  const ticks = silencedTicks();
  const seen = ticks.map((tick) => {
    const rows = table.rows(tick);
    const matrix = sourceRows(tick);
    expect(rows.map(({ metric, venue }) => `${metric} ${venue}`)).toEqual(
      matrix.map(({ metric, venue }) => `${metric} ${venue}`),
    );
    for (const [place, row] of rows.entries()) {
      sourceHealthSchema.parse(row);
      const { counts, oldest_age_ms } = matrix[place]!;
      expect([row.age_ms, row.usable, counts[row.quality] > 0]).toEqual([
        oldest_age_ms,
        counts.live + counts.converted + counts.carried,
        true,
      ]);
    }
    return rows.find(({ metric }) => metric === 'price')!;
  });
  const lastGood = seen.findLast(({ usable }) => usable > 0)!;
  expect(lastGood).toMatchObject({ errors: 0, last_success: lastGood.ts });
  const after = seen.filter(({ ts }) => ts > lastGood.ts);
  expect(after.length).toBeGreaterThan(50);
  expect(after.map(({ errors }) => errors)).toEqual(after.map((_, index) => index + 1));
  expect(new Set(after.map(({ last_success }) => last_success))).toEqual(new Set([lastGood.ts]));
  expect(after.at(-1)).toMatchObject({ quality: 'stale' });
});

it('counts a tick once, however often it is asked for', () => {
  const table = new SourceHealthTable();
  const last = silencedTicks().at(-1)!;
  const first = table.rows(last);
  expect(table.rows(last)).toBe(first);
  expect(first.find(({ metric }) => metric === 'price')!.errors).toBe(1);
});

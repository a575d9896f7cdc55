import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { verdictOf } from '#shared/health/verdict.ts';
import { type EngineFacts, engineFindings, queueFindings } from '#shared/quant/service/engine-facts.ts';
import { PARAMS } from '../support/events.ts';
import { INVERSE_ID, PERP_ID, randomSession } from '../support/random-session.ts';
import { START, TICK, TickerWorld } from './ticker-world.ts';

const MIN = 60_000;
const NOW = START + 1000 * TICK;

const WELL: EngineFacts = {
  role: 'active',
  tickMs: TICK,
  activeSinceMs: START,
  lastTickTs: NOW - 2_000,
  lastCommitMs: NOW - 1_900,
  uncommittedTickTs: null,
  overruns: [],
  staleMetrics: [],
  thinScoreSinceMs: null,
};

function line(over: Partial<EngineFacts>): string {
  return verdictOf(engineFindings({ ...WELL, ...over }, NOW)).line;
}

describe('health of the engine (quant spec §11)', () => {
  it('is OK when all is well, and says nothing of a standby', () => {
    expect(line({})).toBe('OK');
    expect(line({ role: 'standby', lastTickTs: 0, lastCommitMs: 0 })).toBe('OK');
    expect(line({ role: 'starting', lastTickTs: 0, lastCommitMs: 0 })).toBe('OK');
  });

  it('measures how overdue a tick is', () => {
    const late = (seconds: number) => line({ lastTickTs: NOW - 1000 * seconds, lastCommitMs: NOW });
    expect([30, 31, 60, 62].map(late)).toEqual([
      'OK',
      'OK degraded:worker:tick_overdue_31s',
      'OK degraded:worker:tick_overdue_60s',
      'FAIL worker:tick_overdue_62s',
    ]);
    // Before the first tick, the wait for it counts.
    expect(line({ lastTickTs: null, lastCommitMs: null, activeSinceMs: NOW - 20_000 })).toBe('OK');
    expect(line({ lastTickTs: START, lastCommitMs: START, activeSinceMs: NOW - 20_000 })).toBe('OK');
  });

  it('counts overruns of ten minutes', () => {
    const overruns = [NOW - 11 * MIN, NOW - 9 * MIN, NOW - MIN];
    expect(line({ overruns })).toBe('OK');
    expect(line({ overruns: [...overruns, NOW - 1] })).toBe('OK degraded:worker:overruns');
  });

  it('names stale metrics, and fails when scores had no inputs for ten minutes', () => {
    expect(line({ staleMetrics: ['oi_usd', 'mid'] })).toBe('OK degraded:feed:mid_stale,feed:oi_usd_stale');
    expect(line({ thinScoreSinceMs: NOW - 10 * MIN })).toBe('OK');
    expect(line({ thinScoreSinceMs: NOW - 10 * MIN - 1 })).toBe('FAIL feed:score_inputs_stale');
  });

  it('fails without a commit for a minute, and warns of one that waits', () => {
    expect(line({ uncommittedTickTs: NOW - 30_000 })).toBe('OK');
    expect(line({ uncommittedTickTs: NOW - 30_001 })).toBe('OK degraded:store:write_lag');
    expect(line({ lastCommitMs: NOW - 60_001 })).toBe('FAIL store:no_commit');
    expect(line({ role: 'lost' })).toBe('FAIL worker:lease_lost');
  });

  it('judges the write queue by how long it is high', () => {
    const queue = (rows: number, highSinceMs: number | null) =>
      verdictOf(queueFindings({ rows, most: 100, highSinceMs }, NOW)).line;
    expect([queue(81, NOW - 30_000), queue(81, NOW - 30_001), queue(100, null)]).toEqual([
      'OK',
      'OK degraded:queue:write_queue',
      'FAIL queue:write_queue_full',
    ]);
  });
});

describe('derivative sources that are all down (quant spec §14.9)', () => {
  it('end in a null score, an unknown bias and a failure, and recover without a restart', async () => {
    const params = { ...PARAMS, warming_ticks: 4 };
    const isPublic = ({ type }: MarketEvent): boolean => ['book_top', 'book_depth', 'trade', 'kline'].includes(type);
    const isDown = (event: MarketEvent): boolean => {
      const at = event.ts_recv - START;
      const derivative = event.instrument === PERP_ID || event.instrument === INVERSE_ID;
      return derivative && !isPublic(event) && at > 40 * MIN && at < 62 * MIN;
    };
    const events = randomSession('down', START, 75).filter((event) => !isDown(event));
    const world = new TickerWorld(undefined, { params }).feed(events);
    const state = (): readonly [boolean, string, string] => {
      const tick = world.service.tick()!;
      const { findings } = world.service.ticker.health(world.clock.nowMs());
      return [Number.isNaN(tick.scores.score(0)), tick.scores.biases[0]!, verdictOf(findings).line];
    };
    await world.pass(40 * MIN);
    expect(state()[0]).toBe(false);
    await world.pass(21 * MIN);
    const [isNull, bias, verdict] = state();
    expect([isNull, bias]).toEqual([true, 'unknown']);
    expect(verdict).toMatch(/^FAIL feed:score_inputs_stale/);
    await world.pass(10 * MIN);
    expect(state()[0]).toBe(false);
    expect(state()[2]).not.toContain('score_inputs_stale');
    expect(world.logs.filter((log) => log.startsWith('quant.started'))).toHaveLength(1);
    await world.stop();
  });
});

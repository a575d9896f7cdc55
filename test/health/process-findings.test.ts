import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { ClockSkew } from '#shared/health/clock-skew.ts';
import { isAlive, processFindings } from '#shared/health/process-findings.ts';
import { WORKER_PARAMS } from '../supervision/worker-params.ts';

const FINE = { rssBytes: 100, memoryLimitBytes: 1_000, loopLagMs: 5, timerAgeMs: 400, clockSkewMs: 3 };

function reasons(reading: Partial<typeof FINE>): readonly string[] {
  return processFindings(WORKER_PARAMS.health, { ...FINE, ...reading }).map(({ level, reason }) => `${level} ${reason}`);
}

function trade(venue: string, tsRecv: number, delayMs: number): MarketEvent {
  const times = { ts_event: tsRecv - delayMs, ts_recv: tsRecv, available_at: tsRecv };
  const common = { venue, instrument: `BTC-USD.spot@${venue}`, ...times, quality: 'live', raw_ref: null } as const;
  return { ...common, type: 'trade', unit: 'base', trade_id: '1', price: 1, qty: 1, side: 'buy' };
}

describe('the process', () => {
  it('is degraded above 80 % of its memory and fails above 95 %', () => {
    expect([800, 801, 950, 951].map((rssBytes) => reasons({ rssBytes }))).toEqual([
      [],
      ['degraded memory'],
      ['degraded memory'],
      ['fail memory'],
    ]);
  });

  it('is degraded by a clock half a second off, ahead or behind, and fails beyond two', () => {
    expect([-500, 501, -501, 2_001, -2_001].map((clockSkewMs) => reasons({ clockSkewMs }))).toEqual([
      [],
      ['degraded clock_skew'],
      ['degraded clock_skew'],
      ['fail clock_skew'],
      ['fail clock_skew'],
    ]);
  });

  it('is alive while its loop turns, whatever else is wrong', () => {
    const alive = (reading: Partial<typeof FINE>) => isAlive(WORKER_PARAMS.liveness, { ...FINE, ...reading });
    expect([alive({}), alive({ rssBytes: 999, clockSkewMs: 9_999 })]).toEqual([true, true]);
    expect([alive({ loopLagMs: 1_000 }), alive({ timerAgeMs: 10_000 })]).toEqual([false, false]);
  });
});

describe('the skew of our clock', () => {
  it('is the shortest way of the venue in the middle, over one to two minutes', () => {
    const skew = new ClockSkew();
    expect(skew.skewMs(0)).toBeNull();
    for (const [venue, delays] of [
      ['kraken', [900, 640, 700]],
      ['gate', [80, 20, 50]],
      ['gemini', [700, 600, 999]],
    ] as const) {
      for (const [index, delayMs] of delays.entries()) skew.onEvent(trade(venue, 60_000 + index, delayMs));
    }
    expect(Object.fromEntries(skew.byVenue(60_010))).toEqual({ kraken: 640, gate: 20, gemini: 600 });
    expect(skew.skewMs(60_010)).toBe(600);
    skew.onEvent(trade('kraken', 125_000, 700));
    expect(skew.byVenue(125_000).get('kraken')).toBe(640);
    expect(skew.byVenue(185_000).get('kraken')).toBe(700);
    expect(skew.skewMs(600_000)).toBeNull();
  });

  it('leaves out events without a time of their own', () => {
    const skew = new ClockSkew();
    skew.onEvent(trade('kraken', 1_000, 0));
    expect(skew.skewMs(1_000)).toBeNull();
  });
});

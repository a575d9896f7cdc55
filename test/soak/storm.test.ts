import { beforeAll, describe, expect, it } from 'vitest';
import { LIVE_SURFACES } from '#shared/simulator/live/live-instrument.ts';
import { stormKinds } from '#shared/simulator/scenarios.ts';
import { MUTANTS } from './mutants.ts';
import { runStorm } from './run-storm.ts';
import type { StormFigures, StormOptions } from './storm-figures.ts';
import { stormPlan } from './storm-plan.ts';

const BRIEF: StormOptions = {
  seed: '3',
  durationMs: 150_000,
  bases: ['DOGE'],
  surfaces: LIVE_SURFACES,
  levels: 110,
  scenario: 'storm',
  heapSamples: 0,
};

describe('the feeds in a storm', () => {
  let figures: StormFigures;

  beforeAll(async () => {
    figures = await runStorm(BRIEF);
  }, 120_000);

  it('never call a wrong book live', () => {
    expect(figures.found).toEqual([]);
    expect(figures.witness.undetected).toBe(0);
    expect(figures.witness.checks).toBeGreaterThan(1_000);
    expect(figures.witness.checksums).toBeGreaterThan(150);
    expect(figures.witness.wholeChecks).toBeGreaterThan(250);
  });

  it('lose books for a reason and bring them back', () => {
    expect(figures.unexplainedExamples).toEqual([]);
    expect(figures.resyncs).toBeGreaterThan(10);
    expect(figures.reconnects).toBeGreaterThan(3);
    for (const surface of LIVE_SURFACES) expect(figures.life[surface]!.live).toBeGreaterThan(0.3);
    const injected = figures.faults.reduce((sum, row) => sum + row.injected, 0);
    const seen = figures.faults.filter((row) => Object.keys(row.seen).length > 0);
    expect([injected > 20, seen.length > 8]).toEqual([true, true]);
    expect(figures.faults.some(({ recovery }) => recovery.count > 0)).toBe(true);
  });

  it('is the same storm with the same seed', async () => {
    const short = { ...BRIEF, durationMs: 25_000 };
    const [first, again] = [await runStorm(short), await runStorm(short)];
    expect(again).toEqual(first);
    const other = await runStorm({ ...short, seed: '4' });
    expect(other.eventLogSha256).not.toBe(first.eventLogSha256);
  }, 60_000);
});

describe('the witness', () => {
  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'catches a client that %s',
    async (_name, mutant) => {
      const figures = await runStorm({ ...BRIEF, durationMs: 900_000, mutant, stopsWhenFound: true });
      expect(figures.witness.undetected).toBeGreaterThan(0);
      expect(figures.found[0]).toContain(figures.witness.examples[0]!);
    },
    120_000,
  );
});

describe('the plan beside the storm', () => {
  it('has every kind that the storm leaves out, where it makes sense', () => {
    const plan = stormPlan('1', 3_600_000, { gate_spot: 'SAND_USDT' });
    const kinds = new Set(plan.map(({ fault }) => fault.kind));
    expect([...kinds].toSorted()).toEqual([
      'clock_jump',
      'corrupt_digit',
      'delist',
      'depeg',
      'funding_spike',
      'halt',
      'liquidation_cascade',
    ]);
    expect(plan.filter(({ fault }) => stormKinds(fault.surface).includes(fault.kind))).toEqual([]);
    expect(plan.map(({ atMs }) => atMs)).toEqual(plan.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });
});

import { expect, it } from 'vitest';
import { listedBases } from './listed-bases.ts';
import { runStorm } from './run-storm.ts';

it('thirty Kraken books a thousand levels deep are followed without a fault (the hour: npm run soak)', async () => {
  const seed = '9';
  const bases = listedBases(seed, 30);
  const figures = await runStorm({
    seed,
    durationMs: 10_000,
    bases,
    surfaces: ['kraken_spot'],
    levels: 1_000,
    scenario: 'calm',
    heapSamples: 0,
  });
  const { found, witness, unexplained, resyncs, reconnects, life } = figures;
  expect([found, unexplained, resyncs, reconnects]).toEqual([[], 0, 0, 0]);
  expect([figures.books, witness.undetected, witness.hiddenMs]).toEqual([bases.length, 0, []]);
  expect(witness.checksums).toBeGreaterThan(300);
  expect(life.kraken_spot!.live).toBeGreaterThan(0.8);
}, 120_000);

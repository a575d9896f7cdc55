import { describe, expect, it } from 'vitest';
import { STAGES } from '#shared/contracts/names.ts';
import { copyStores } from '../release/support/copy-stores.ts';
import { memoryStores } from '../release/support/release-lab.ts';
import { Killed, type KillPoint, mortalProcess } from './crash-at.ts';
import { marketParams, smallMarket } from './small-market.ts';
import { type StageLab, stageLab } from './stage-lab.ts';

/** Collecting is swept at some fifty points and fetches every symbol twice at each; the other stages need a pool. */
const marketFor = (stage: string) => (stage === 'collect' ? smallMarket(['AAUSDT', 'BBUSDT', 'CCUSDT']) : smallMarket());

describe('killed at any call and asked again', () => {
  it.each(STAGES)('%s leaves what it leaves when nobody kills it', async (stage) => {
    const base = stageLab(marketParams(), memoryStores(), marketFor(stage));
    for (const before of STAGES.slice(0, STAGES.indexOf(stage))) await base.run(before);
    const message = stage === 'collect' ? undefined : base.lastMessage(stage);
    const fresh = async () => stageLab(marketParams(), await copyStores(base), marketFor(stage));
    const whole = await fresh();
    const unharmed = mortalProcess();
    expect((await whole.run(stage, message, unharmed)).kind).toBe('done');
    const wanted = await leftBy(whole);
    for (const point of pointsOf(unharmed.calls(), stage)) {
      const lab = await fresh();
      const process = mortalProcess(point);
      const ended = await lab.run(stage, message, process).catch((error: unknown) => error);
      expect({ point, ended }).toEqual({ point, ended: expect.any(Killed) });
      expect(['done', 'duplicate']).toContain((await lab.run(stage, message)).kind);
      expect({ point, ...(await leftBy(lab)) }).toEqual({ point, ...wanted });
    }
  });
});

/** What a stage leaves that lasts: files without their generations, and where the run stands. */
async function leftBy(lab: StageLab) {
  const { objects, record, log } = await lab.state();
  const lasting = objects.filter(([name]) => /\/(raw|staging|releases|evidence|current)\//.test(name));
  const { stages, outcome } = record as { stages: Record<string, string>; outcome: string | null };
  const { committed: _sequence, ...kept } = stages;
  return { files: lasting.map(([name, , sha256]) => [name, sha256]), stages: kept, outcome, acts: log.length };
}

/** The sweep of publish is the release protocol's own; here some points of it show that the stage adds no gap. */
function pointsOf(calls: number, stage: string): readonly KillPoint[] {
  const all = Array.from({ length: calls }, (_, i) => i + 1);
  const chosen = stage === 'publish' ? all.filter((call) => call % 9 === 1 || call > calls - 2) : all;
  return chosen.flatMap((call) => [{ call, when: 'before' } as const, { call, when: 'after' } as const]);
}

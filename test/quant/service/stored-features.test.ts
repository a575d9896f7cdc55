import { expect, it } from 'vitest';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import type { QuantFeatureRow } from '#shared/contracts/quant-rows.ts';
import type { QuantStore } from '#shared/ports/quant-store.ts';
import { PAGE_BYTES, storedFeatures, storedFeatureTexts } from '#shared/quant/service/stored-features.ts';
import { START, TICK, TickerWorld } from './ticker-world.ts';

const BLOCKS = 600;
const END = START + BLOCKS * TICK;

/** A store whose blocks, committed once, come again at every tick of a longer time. */
async function bigStore(): Promise<QuantStore> {
  const store = memoryQuantStore();
  const world = new TickerWorld(store).feedSession('pages', 2);
  await world.pass(60_001);
  await world.stop();
  const { blocks } = await store.features({ symbol: 'BTC-USD', fromMs: 0, toMs: END, offset: 0, limit: 4 });
  const many = Array.from({ length: BLOCKS }, (_, at) => ({ ...blocks[at % blocks.length]!, tickTs: START + at * TICK }));
  return {
    ...store,
    features: async ({ fromMs, toMs, offset, limit }) => {
      const meant = many.filter(({ tickTs }) => tickTs >= fromMs && tickTs < toMs);
      return { blocks: meant.slice(offset, offset + limit), total: meant.length };
    },
  };
}

it('ends a page at the budget, and shows every row once from page to page while others get their turns', async () => {
  const store = await bigStore();
  let turns = 0;
  const pause = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const count = (): void => {
    turns += 1;
    beat = setImmediate(count);
  };
  let beat = setImmediate(count);
  const read = storedFeatureTexts(store, pause);
  const times: number[] = [];
  let pages = 0;
  for (let cursor = 0, total = 1; cursor < total; pages++) {
    const before = turns;
    const page = await read('BTC-USD', '1m', START, END, { cursor, limit: 1_000 });
    const bytes = page.rows.reduce((sum, text) => sum + text.length, 0);
    expect(bytes).toBeLessThanOrEqual(PAGE_BYTES);
    expect(page.end - cursor).toBe(page.rows.length);
    expect(page.rows.length).toBeGreaterThan(0);
    expect(turns - before).toBeGreaterThan(page.rows.length / 4);
    times.push(...page.rows.map((text) => (JSON.parse(new TextDecoder().decode(text)) as QuantFeatureRow).tick_ts));
    [cursor, total] = [page.end, page.total];
  }
  clearImmediate(beat);
  expect(times).toEqual(Array.from({ length: BLOCKS }, (_, at) => START + at * TICK));
  expect(pages).toBeGreaterThan(2);
});

it('gives the same rows as those who read them whole, as JSON', async () => {
  const store = await bigStore();
  const page = { cursor: 7, limit: 3 };
  const { rows } = await storedFeatures(store)('BTC-USD', '5m', START, END, page);
  const texts = await storedFeatureTexts(store)('BTC-USD', '5m', START, END, page);
  expect(texts).toEqual({ rows: rows.map((row) => Buffer.from(JSON.stringify(row))), total: BLOCKS, end: 10 });
});

it('goes on behind rows whose engine had no such timeframe', async () => {
  const store = await bigStore();
  const layout = async (hash: string): Promise<string | null> => {
    const text = (await store.layout(hash))!;
    return JSON.stringify({ ...(JSON.parse(text) as object), timeframes: ['2h', '5m', '15m', '30m', '1h'] }).replace(
      '"2h"',
      '"1h"',
    );
  };
  const read = storedFeatureTexts({ ...store, layout });
  expect(await read('BTC-USD', '1m', START, END, { cursor: 5, limit: 10 })).toEqual({ rows: [], total: BLOCKS, end: 15 });
});

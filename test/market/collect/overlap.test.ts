import { expect, it } from 'vitest';
import { collectCandles } from '#shared/market/collect/collect.ts';
import { AS_OF, candles, FROM, NOW_MS, world } from './world.ts';

const DAY_MS = 86_400_000;
const BASES = Array.from({ length: 40 }, (_, i) => `A${String(i).padStart(2, '0')}USDT`);

/** A fill of the day before, during which the daily refresh runs as a whole once `cut` pages were asked for. */
async function overlapped(cut: number) {
  const made = world(new Map(BASES.map((symbol) => [symbol, candles(FROM, AS_OF)])));
  const { source } = made;
  let asked = 0;
  const interrupted: typeof source = {
    ...source,
    fetchPage: async (...query) => {
      asked += 1;
      if (asked === cut) expect((await collectCandles(made, made.input)).ok).toBe(true);
      return source.fetchPage(...query);
    },
  };
  const fill = { ...made.input, asOf: AS_OF - 1, nowMs: NOW_MS - DAY_MS };
  return { made, fill, first: collectCandles({ ...made, source: interrupted }, fill) };
}

it.each([17, 40, 70, 100, 119])('heals by itself after two collections overlapped at page %d', async (cut) => {
  const { made, fill, first } = await overlapped(cut);
  await first.catch((error: unknown) => expect(error).toMatchObject({ code: 'COLD_CONFLICT' }));
  const again = await collectCandles(made, fill);
  expect(again.ok).toBe(true);
  const monthly = await collectCandles(made, { ...made.input, nowMs: NOW_MS + 6_300_000 });
  expect(monthly.ok).toBe(true);
  const series = await made.archive.read('memory');
  expect(series.map(({ symbol, day }) => [symbol, day.length])).toEqual(BASES.map((symbol) => [symbol, AS_OF - FROM + 1]));
  expect(await made.objects.list('staging/')).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import type { HourSource } from '#shared/ports/hour-source.ts';

const HOUR_MS = 3_600_000;

/** A source that has every hour of `symbol` in [fromMs, toMs], with a stated volume of the last day. */
export interface HourWorld {
  readonly source: HourSource;
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The laws of HourSource. */
export function hourSourceLaws(name: string, open: () => HourWorld): void {
  describe(`${name} keeps the laws of HourSource`, () => {
    it('has every candle of the range, both ends included, in one answer however long it is', async () => {
      const { source, symbol, fromMs, toMs } = open();
      for (const [from, to] of [
        [fromMs, toMs],
        [toMs, toMs],
        [fromMs + HOUR_MS, fromMs + 3 * HOUR_MS],
      ] as const) {
        const times = new Set((await source.fetchHours({ symbol, fromMs: from, toMs: to })).map(({ openTimeMs }) => openTimeMs));
        const wanted = Array.from({ length: (to - from) / HOUR_MS + 1 }, (_, i) => from + i * HOUR_MS);
        expect(wanted.filter((ms) => !times.has(ms))).toEqual([]);
      }
    });

    it('gives the same finished candles again, also within another range', async () => {
      const { source, symbol, fromMs, toMs } = open();
      const newest = async (from: number) => {
        const rows = await source.fetchHours({ symbol, fromMs: from, toMs });
        return rows.filter(({ openTimeMs }) => openTimeMs > toMs - 5 * HOUR_MS && openTimeMs <= toMs);
      };
      const expected = await newest(fromMs);
      expect(expected).toHaveLength(5);
      expect(await newest(fromMs)).toEqual(expected);
      expect(await newest(toMs - 5 * HOUR_MS)).toEqual(expected);
    });

    it('names a symbol that it does not have', async () => {
      const { source, fromMs, toMs } = open();
      await expect(source.fetchHours({ symbol: 'NOPEUSDT', fromMs, toMs })).rejects.toMatchObject({
        code: 'SYMBOL_UNKNOWN',
        kind: 'terminal',
      });
    });

    it('states volumes as numbers that are not negative', async () => {
      const { source, symbol } = open();
      const volumes = await source.fetchDayVolumes();
      expect(volumes.get(symbol)).toBeGreaterThan(0);
      expect([...volumes.values()].every((volume) => volume >= 0)).toBe(true);
    });

    it('does nothing for one who has stopped waiting', async () => {
      const { source, symbol, fromMs, toMs } = open();
      const signal = AbortSignal.abort(new Error('stopped'));
      await expect(source.fetchHours({ symbol, fromMs, toMs, signal })).rejects.toThrow('stopped');
      await expect(source.fetchDayVolumes(signal)).rejects.toThrow('stopped');
    });
  });
}

import { memoryCandleSource } from '#shared/adapters/memory/candle-source.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { candleArchive } from '#shared/cold/candle-archive.ts';
import { DAY_MS, parseDay } from '#shared/core/calendar-day.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import type { CollectInput } from '#shared/market/collect/collect-input.ts';
import type { Instrument } from '#shared/market/instrument.ts';
import type { SourceCandle } from '#shared/ports/candle-source.ts';

export const FROM = parseDay('2023-12-01')!;
export const AS_OF = parseDay('2024-02-29')!;
export const NOW_MS = (AS_OF + 1) * DAY_MS + 3_600_000;

export function instrument(base: string): Instrument {
  return { symbol: `${base}USDT`, status: 'TRADING', baseAsset: base, quoteAsset: 'USDT', isSpotTradingAllowed: true };
}

/** A valid candle whose prices depend on its day. */
export function candle(day: number, more: Partial<SourceCandle> = {}): SourceCandle {
  const open = 10 + (day % 7);
  return {
    openTimeMs: day * DAY_MS,
    open,
    high: open + 2,
    low: open - 1,
    close: open + 1,
    volume: 100,
    quoteVolume: 1000 + day,
    ...more,
  };
}

export function candles(from: number, to: number): SourceCandle[] {
  return Array.from({ length: to - from + 1 }, (_, i) => candle(from + i));
}

/** A store, an archive, a source of three symbols with pages of 30 days, and the input of a run that is valid as it stands. */
export function world(rows = new Map(['AAA', 'BBB', 'CCC'].map((base) => [`${base}USDT`, candles(FROM, AS_OF)]))) {
  const objects = memoryObjectStore();
  const archive = candleArchive({ objects, cold: coldStore(objects, { root: 'cold' }) }, DEFAULT_LAYOUT);
  const source = memoryCandleSource(rows, { pageDays: 30 });
  const input: CollectInput = {
    instruments: [...rows.keys()].map((symbol) => instrument(symbol.replace('USDT', ''))),
    from: FROM,
    asOf: AS_OF,
    nowMs: NOW_MS,
    repairDays: 10,
    openCandle: 'reject',
  };
  return { objects, archive, source, rows, input };
}

/** Every object of a store as name and SHA-256. */
export async function snapshot(objects: ReturnType<typeof memoryObjectStore>): Promise<Readonly<Record<string, string>>> {
  const stats = await objects.list('');
  const entries = stats.map(async ({ name }) => [name, sha256Hex((await objects.get(name))!.bytes)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

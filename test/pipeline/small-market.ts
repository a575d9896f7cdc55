import { memoryCandleSource } from '#shared/adapters/memory/candle-source.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { candleArchive } from '#shared/cold/candle-archive.ts';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { type CalendarDay, DAY_MS, parseDay } from '#shared/core/calendar-day.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { inferInstruments } from '#shared/market/infer-instruments.ts';
import type { Instrument } from '#shared/market/instrument.ts';
import { collectPool } from '#shared/pipeline/collect-pool.ts';
import type { BuildRun } from '#shared/pipeline/release-pool.ts';
import type { CollectionReport } from '#shared/ports/candle-archive.ts';
import type { SourceCandle } from '#shared/ports/candle-source.ts';
import { candleWorld, smallWorldParams } from '../arbitraries/candle-world.ts';

export const SEPTEMBER = parseDay('2022-09-30')!;
export const OCTOBER = parseDay('2022-10-31')!;

/** A quarter past three on the day after: when a scheduled run of that as_of starts. */
export const runTimeMs = (asOf: CalendarDay): number => (asOf + 1) * DAY_MS + 195 * 60_000;

const SYMBOLS = Array.from('ABCDEFGHIJKL', (letter) => `${letter}${letter}USDT`);

/** `core_major` for worlds of a few hundred days, with few trees. */
export function marketParams(): PoolParams {
  const params = smallWorldParams('core_major');
  return { ...params, hist_gbt: { ...params.hist_gbt, trees: 5 } };
}

/** A source with a benchmark and twelve symbols up to the middle of November, and an empty archive. */
export function smallMarket(symbols: readonly string[] = SYMBOLS) {
  const world = candleWorld({ seed: 'small-market', days: 320, symbols });
  const rows = new Map(
    world.map(({ symbol, day, open, high, low, close, volume, quoteVolume }) => [
      symbol,
      Array.from(day, (value, i): SourceCandle => {
        const prices = { open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]! };
        return { openTimeMs: value * DAY_MS, ...prices, volume: volume[i]!, quoteVolume: quoteVolume[i]! };
      }),
    ]),
  );
  const instruments: readonly Instrument[] = inferInstruments([...rows.keys()], ['USDT']);
  const objects = memoryObjectStore();
  const archive = candleArchive({ objects, cold: coldStore(objects, { root: 'cold' }) }, DEFAULT_LAYOUT);
  const deps = {
    candles: memoryCandleSource(rows),
    instruments: { sourceId: 'memory', fetchInstruments: async () => ({ instruments, skipped: [] }) },
    archive,
  };
  /** Candles up to as_of, collected at the time of its scheduled run unless said otherwise. */
  const collect = async (params: PoolParams, asOf: CalendarDay, nowMs = runTimeMs(asOf)): Promise<CollectionReport> => {
    const collected = await collectPool(deps, { params, asOf, nowMs });
    if (!collected.ok) throw new Error(collected.error.map(({ message }) => message).join('; '));
    return collected.value.report;
  };
  return { rows, archive, collect, deps };
}

/** The run that builds and publishes what a collection brought. */
export function buildRun(params: PoolParams, asOf: CalendarDay, collection: CollectionReport): BuildRun {
  return {
    runKey: `manual:${asOf}`,
    params: { params, sha256: sha256Hex(canonicalJson(params)) },
    asOf,
    revision: 1,
    logicalTimeMs: runTimeMs(asOf),
    sourceId: 'memory',
    volumeScale: 1,
    scaleOrigin: 'override',
    actions: [],
    actionsInput: { name: 'actions', sha256: sha256Hex('[]') },
    collection,
    code: { sourceRevision: '0'.repeat(40), lockFileSha256: sha256Hex(''), libraryVersions: {} },
  };
}

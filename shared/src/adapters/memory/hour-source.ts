import { LivepoolError } from '../../core/errors.ts';
import type { SourceCandle } from '../../ports/candle-source.ts';
import type { HourSource } from '../../ports/hour-source.ts';

export interface MemoryHourSourceOptions {
  readonly sourceId?: string;
  /** Quote volume of the last 24 h by symbol; default: none is known. */
  readonly dayVolumes?: ReadonlyMap<string, number>;
}

/** An HourSource over rows in memory. Rows are given by symbol and may be changed between calls, as a venue corrects its own. */
export function memoryHourSource(
  rows: ReadonlyMap<string, readonly SourceCandle[]>,
  { sourceId = 'memory', dayVolumes = new Map() }: MemoryHourSourceOptions = {},
): HourSource {
  return {
    sourceId,
    fetchHours: async ({ symbol, fromMs, toMs, signal }) => {
      signal?.throwIfAborted();
      const all = rows.get(symbol);
      if (all === undefined)
        throw new LivepoolError('SYMBOL_UNKNOWN', 'terminal', `${sourceId} does not list ${symbol}`, { symbol });
      // Rows with an unreadable time are part of every answer, so that a reader meets them.
      return all.filter(({ openTimeMs }) => !Number.isFinite(openTimeMs) || (openTimeMs >= fromMs && openTimeMs <= toMs));
    },
    fetchDayVolumes: async (signal) => {
      signal?.throwIfAborted();
      return dayVolumes;
    },
  };
}

import type { SourceCandle } from '#shared/ports/candle-source.ts';
import type { HourSource } from '#shared/ports/hour-source.ts';

/**
 * The hours of a source, each symbol asked for once: the first request also takes what later ones will want, up to `untilMs`. For
 * requests of equal length that come oldest first.
 */
export function rememberedHours(source: HourSource, untilMs: number): HourSource {
  const known = new Map<string, readonly SourceCandle[]>();
  return {
    ...source,
    fetchHours: async (request) => {
      const rows = known.get(request.symbol) ?? (await source.fetchHours({ ...request, toMs: Math.max(request.toMs, untilMs) }));
      known.set(request.symbol, rows);
      return rows;
    },
  };
}

import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import { type EventSource, envelope } from './event-envelope.ts';
import type { StatsNote } from './frame-notes.ts';

/**
 * Events of one row of a venue's own statistics about a finished window. `tsEventMs` is the window's start: the row counts from
 * its end on (market data spec §7.2, stats row time). A row in which nobody traded has no taker figures, never zeros.
 */
export function statsEvents(source: EventSource, stats: StatsNote, nowMs: number): readonly MarketEvent[] {
  const { windowMs, tsEventMs, longUsd, shortUsd, takerBuy, takerSell } = stats;
  const endMs = tsEventMs + windowMs;
  const quality = stats.isSuspect ? 'suspect' : 'live';
  const common = envelope(source, tsEventMs, nowMs, quality, endMs);
  const isSilent = (takerBuy ?? 0) === 0 && (takerSell ?? 0) === 0;
  const events: MarketEvent[] = stats.ratios.map((ratio) => ({
    ...common,
    ...(ratio.ratio === null && quality === 'live' && { quality: 'missing' as const }),
    type: 'long_short',
    unit: 'ratio',
    ...ratio,
  }));
  if (takerBuy !== null || takerSell !== null) {
    const window = { window_ms: windowMs, window_end: endMs };
    const flow = isSilent ? { buy: null, sell: null, quality: 'missing' as const } : { buy: takerBuy, sell: takerSell };
    events.push({ ...common, type: 'taker_volume', unit: 'contracts', ...window, ...flow });
  }
  if (longUsd !== null || shortUsd !== null) {
    const sums = { window_ms: windowMs, long_usd: longUsd, short_usd: shortUsd };
    events.push({ ...common, type: 'liquidation_stats', unit: 'usd', ...sums });
  }
  return events;
}

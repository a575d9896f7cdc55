import type { MarketEvent } from '../../contracts/market-events/market-event.ts';

/** Events remembered for one instrument and type: more than any answer repeats. */
const MOST_KEPT = 2_000;

/** Lets every event of answers that repeat themselves through once, in the order of their times. */
export class HistoryFilter {
  readonly #seen = new Map<string, Set<string>>();

  fresh(events: readonly MarketEvent[]): readonly MarketEvent[] {
    return events.toSorted((a, b) => a.ts_event - b.ts_event).filter((event) => this.#isNew(event));
  }

  #isNew(event: MarketEvent): boolean {
    const group = `${event.instrument} ${event.type}`;
    const seen = this.#seen.get(group) ?? new Set<string>();
    this.#seen.set(group, seen);
    const key = identity(event);
    if (seen.has(key)) return false;
    seen.add(key);
    if (seen.size > MOST_KEPT) seen.delete(seen.values().next().value!);
    return true;
  }
}

/** What tells two events of one instrument and type apart. Several orders may be liquidated in one second. */
function identity(event: MarketEvent): string {
  const { ts_event: at } = event;
  if (event.type === 'liquidation') return `${at} ${event.liquidated} ${event.price} ${event.qty}`;
  if (event.type === 'long_short') return `${at} ${event.population}`;
  return event.type === 'kline' ? `${at} ${event.interval_ms}` : String(at);
}

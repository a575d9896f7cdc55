import type { TradeNote } from './frame-notes.ts';

/** Ids remembered for one instrument: more than any venue repeats after a subscription. */
const MOST_IDS = 2_000;

interface SeenTrades {
  readonly ids: Set<string>;
  lastNumber: number | null;
  /** The stream was interrupted since the last print. */
  isBroken: boolean;
}

/** New prints, and whether prints before them were lost. */
export interface FilteredTrades {
  readonly fresh: readonly TradeNote[];
  readonly gap: string | null;
}

/**
 * Prints of all sockets of one connection, each once. A venue that repeats its last prints after a subscription closes the hole of
 * an interruption when they overlap with what was seen; otherwise prints were lost. History at the very start is only remembered.
 */
export class TradeFilter {
  readonly #bySymbol = new Map<string, SeenTrades>();

  /** Every instrument lost its stream. */
  interrupted(): void {
    for (const seen of this.#bySymbol.values()) seen.isBroken = true;
  }

  /** Prints of one symbol in the order of their times; `isHistory` when the venue repeats what was before the subscription. */
  take(symbol: string, trades: readonly TradeNote[], isHistory: boolean): FilteredTrades {
    const known = this.#bySymbol.get(symbol);
    const seen = known ?? { ids: new Set<string>(), lastNumber: null, isBroken: false };
    if (known === undefined) this.#bySymbol.set(symbol, seen);
    const fresh = trades.filter((trade) => !seen.ids.has(trade.id));
    const gap = this.#gap(seen, fresh, fresh.length < trades.length, isHistory);
    for (const trade of fresh) remember(seen, trade);
    if (known === undefined && isHistory) return { fresh: [], gap: null };
    return { fresh, gap };
  }

  #gap(seen: SeenTrades, fresh: readonly TradeNote[], overlaps: boolean, isHistory: boolean): string | null {
    const first = fresh[0];
    const wasBroken = seen.isBroken;
    if (fresh.length > 0 || isHistory) seen.isBroken = false;
    const follows = first?.number != null && seen.lastNumber !== null && first.number <= seen.lastNumber + 1;
    if (wasBroken && !overlaps && !follows && seen.ids.size > 0) return 'disconnect';
    if (first?.number == null || seen.lastNumber === null || overlaps || follows) return null;
    return 'gap';
  }
}

function remember(seen: SeenTrades, trade: TradeNote): void {
  seen.ids.add(trade.id);
  if (trade.number !== null) seen.lastNumber = Math.max(seen.lastNumber ?? 0, trade.number);
  if (seen.ids.size <= MOST_IDS) return;
  for (const oldest of seen.ids) {
    seen.ids.delete(oldest);
    break;
  }
}

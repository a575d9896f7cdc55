import type { LiquidationEvent } from '../../contracts/market-events/derivative-events.ts';

/** What the venue's sign of a forced order means: as it was read, the other way round, or not known yet. */
export type SideReading = 'as_read' | 'reversed' | 'unknown';

/** A forced order as it was read. */
export interface ReadLiquidation {
  readonly liquidated: LiquidationEvent['liquidated'];
  readonly usd: number;
  readonly tsEventMs: number;
}

/** The venue's own sums of a finished window. */
export interface LiquidationSums {
  readonly tsEventMs: number;
  readonly windowMs: number;
  readonly longUsd: number;
  readonly shortUsd: number;
}

/** Windows that must speak for one reading, and none for the other. */
const WINDOWS_TO_KNOW = 3;
/** Sums are rounded and valued at other prices; beyond this share orders exceed them. */
const TOLERANCE = 0.05;
/** Orders of one symbol that wait for their sums. */
const MOST_WAITING = 1_000;

/**
 * Learns what the sign of a venue's forced orders means by holding them against the venue's statistics (market data spec §7.2). Orders
 * that are told are only some of those that were: under the right reading no side exceeds its sum. A window that only one reading
 * explains speaks for it; one that contradicts what is known begins the learning anew.
 */
export class LiquidationSides {
  readonly #waiting = new Map<string, readonly ReadLiquidation[]>();
  #votes = { as_read: 0, reversed: 0 };

  get reading(): SideReading {
    const { as_read: asRead, reversed } = this.#votes;
    if (Math.max(asRead, reversed) < WINDOWS_TO_KNOW) return 'unknown';
    return asRead > reversed ? 'as_read' : 'reversed';
  }

  note(symbol: string, order: ReadLiquidation): void {
    this.#waiting.set(symbol, [...(this.#waiting.get(symbol) ?? []), order].slice(-MOST_WAITING));
  }

  /** Sums of a window that is over: what came before its end needs to wait no longer. */
  match(symbol: string, { tsEventMs, windowMs, longUsd, shortUsd }: LiquidationSums): void {
    const waiting = this.#waiting.get(symbol) ?? [];
    const endMs = tsEventMs + windowMs;
    this.#waiting.set(
      symbol,
      waiting.filter((order) => order.tsEventMs >= endMs),
    );
    const orders = waiting.filter((order) => order.tsEventMs >= tsEventMs && order.tsEventMs < endMs);
    const [longs, shorts] = [sumOf(orders, 'long'), sumOf(orders, 'short')];
    const asRead = isWithin(longs, longUsd) && isWithin(shorts, shortUsd);
    const reversed = isWithin(longs, shortUsd) && isWithin(shorts, longUsd);
    if (asRead !== reversed) this.#vote(asRead ? 'as_read' : 'reversed');
  }

  #vote(reading: 'as_read' | 'reversed'): void {
    const other = reading === 'as_read' ? 'reversed' : 'as_read';
    this.#votes = { as_read: 0, reversed: 0, [reading]: this.#votes[other] > 0 ? 1 : this.#votes[reading] + 1 };
  }
}

function sumOf(orders: readonly ReadLiquidation[], side: LiquidationEvent['liquidated']): number {
  return orders.reduce((sum, { liquidated, usd }) => (liquidated === side ? sum + usd : sum), 0);
}

function isWithin(usd: number, sumUsd: number): boolean {
  return usd <= sumUsd * (1 + TOLERANCE);
}

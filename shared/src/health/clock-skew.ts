import type { MarketEvent } from '../contracts/market-events/market-event.ts';

/** Stamped by the venue when they happen and sent at once. */
const PROMPT: ReadonlySet<MarketEvent['type']> = new Set(['trade', 'book_top']);

/** How long a venue's best delay counts. */
const WINDOW_MS = 60_000;

interface Best {
  readonly windowMs: number;
  delayMs: number;
}

/**
 * How far our clock is ahead of the venues', from prompt events: the shortest way of a minute is the difference of the clocks plus
 * little else. What it says is a bound from above where we are ahead, and from below where they are.
 */
export class ClockSkew {
  readonly #best = new Map<string, { now: Best; before: Best | null }>();

  onEvent({ type, venue, ts_event: tsEvent, ts_recv: tsRecv }: MarketEvent): void {
    // Equal times mean that the venue gave none, and ours stands for it.
    if (!PROMPT.has(type) || tsEvent === tsRecv) return;
    const windowMs = tsRecv - (tsRecv % WINDOW_MS);
    const delayMs = tsRecv - tsEvent;
    const known = this.#best.get(venue);
    if (known === undefined || known.now.windowMs !== windowMs) {
      this.#best.set(venue, { now: { windowMs, delayMs }, before: known?.now ?? null });
    } else if (delayMs < known.now.delayMs) known.now.delayMs = delayMs;
  }

  /** Milliseconds by venue, of the last finished minute and the running one. */
  byVenue(nowMs: number): ReadonlyMap<string, number> {
    const skews = [...this.#best].map(([venue, { now, before }]) => {
      const recent = [now, before].filter((best) => best !== null && nowMs - best.windowMs < 2 * WINDOW_MS);
      return [venue, recent.length === 0 ? null : Math.min(...recent.map((best) => best!.delayMs))] as const;
    });
    return new Map(skews.filter((entry): entry is [string, number] => entry[1] !== null));
  }

  /** The middle of the venues': one venue with a wrong clock is not ours being wrong. Null before the first event. */
  skewMs(nowMs: number): number | null {
    const skews = [...this.byVenue(nowMs).values()].sort((a, b) => a - b);
    return skews.length === 0 ? null : skews[Math.floor((skews.length - 1) / 2)]!;
  }
}

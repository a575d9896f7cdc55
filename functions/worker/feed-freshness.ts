import type { MarketEventType } from '#shared/contracts/market-events/market-event.ts';
import { type FreshnessPenalty, freshnessPenalty } from '#shared/market/freshness/freshness-penalty.ts';

const MINUTE_MS = 60_000;

/** How often a kind comes while all is well (market data spec §7.1, §7.2): polls, and windows of five minutes that venues close. */
const EXPECTED_MS: Partial<Readonly<Record<MarketEventType, number>>> = {
  basis: 15_000,
  funding: MINUTE_MS,
  venue_health: MINUTE_MS,
  open_interest: 5 * MINUTE_MS,
  long_short: 5 * MINUTE_MS,
  taker_volume: 5 * MINUTE_MS,
  liquidation_stats: 5 * MINUTE_MS,
};

/**
 * How late the feeds are, the worst of them first, and what that takes off every score of theirs (data platform spec §4). `heardMs`
 * is when the newest event of `<venue> <type>` came.
 */
export function feedFreshness(heardMs: ReadonlyMap<string, number>, nowMs: number): FreshnessPenalty {
  return freshnessPenalty(
    [...heardMs].map(([name, ms]) => {
      const [venue = '', type = ''] = name.split(' ');
      return { feed: `${venue}.${type}`, ageMs: nowMs - ms, expectedMs: EXPECTED_MS[type as MarketEventType] ?? 0 };
    }),
  );
}

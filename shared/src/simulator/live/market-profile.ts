/** How the live market behaves under a scenario. Factors are relative to calm weather. */
export interface MarketProfile {
  /** Factor on the volatility of every price. */
  readonly volatility: number;
  /** Factor on the number of orders. */
  readonly activity: number;
  /** Factor on resting size and on the number of levels. */
  readonly depth: number;
  /** Factor on the usual spread. */
  readonly spread: number;
  /** Sudden moves of the whole market per hour. */
  readonly jumpsPerHour: number;
  /** Whether Gate's statistics describe longs and shorts the wrong way round, as they once did (market data spec §7.2). */
  readonly swappedLongShort: boolean;
}

export const CALM_PROFILE: MarketProfile = {
  volatility: 1,
  activity: 1,
  depth: 1,
  spread: 1,
  jumpsPerHour: 0.5,
  swappedLongShort: false,
};

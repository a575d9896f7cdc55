/** One row of a venue's instrument list as the pool needs it. Text is upper case; `status` is TRADING or the venue's reason. */
export interface Instrument {
  readonly symbol: string;
  readonly status: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly isSpotTradingAllowed: boolean;
}

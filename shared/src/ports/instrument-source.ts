/** One spot instrument as a venue lists it, named in the pool's terms. */
export interface ListedInstrument {
  /** Pool symbol: base and quote joined, upper case, `BTCUSDT`. */
  readonly symbol: string;
  /** `TRADING`, or the venue's own word for why not, upper case. */
  readonly status: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly isSpotTradingAllowed: boolean;
}

/**
 * The spot instruments of one venue, ascending by symbol, one row a symbol. Laws: two calls without a change at the venue are
 * deeply equal · a row that cannot be read is left out and named in `skipped`, never guessed.
 */
export interface InstrumentSource {
  readonly sourceId: string;
  fetchInstruments(signal?: AbortSignal): Promise<InstrumentList>;
}

export interface InstrumentList {
  readonly instruments: readonly ListedInstrument[];
  readonly skipped: readonly { readonly venueSymbol: string; readonly reason: string }[];
}

export interface VenueRate {
  readonly venue: string;
  /** 8 h rate, a fraction. */
  readonly rate: number;
  /** Quote volume of 24 hours. */
  readonly quoteVolume: number;
}

export interface FundingMedian {
  readonly median: number;
  /** Largest distance of a venue from the median. */
  readonly maxDeviation: number;
  readonly venues: readonly string[];
}

/** Volume-weighted median over venues: by rate, the first whose cumulative volume reaches half (market data spec §7.2). */
export function fundingMedian(rates: readonly VenueRate[], minVenues: number, minQuoteVolume: number): FundingMedian {
  const counted = rates.filter(({ rate, quoteVolume }) => Number.isFinite(rate) && quoteVolume >= minQuoteVolume);
  const venues = counted.map(({ venue }) => venue).sort();
  if (counted.length < minVenues) return { median: Number.NaN, maxDeviation: Number.NaN, venues };
  const sorted = counted.toSorted((a, b) => a.rate - b.rate || (a.venue < b.venue ? -1 : 1));
  const half = sorted.reduce((sum, { quoteVolume }) => sum + quoteVolume, 0) / 2;
  let volume = 0;
  const middle = sorted.find(({ quoteVolume }) => {
    volume += quoteVolume;
    return volume >= half;
  })!;
  const maxDeviation = Math.max(...sorted.map(({ rate }) => Math.abs(rate - middle.rate)));
  return { median: middle.rate, maxDeviation, venues };
}

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
  sortByRate(counted);
  let sum = 0;
  for (const { quoteVolume } of counted) sum += quoteVolume;
  const { rate: median } = counted[middleOf(counted, sum / 2)]!;
  let maxDeviation = 0;
  for (const { rate } of counted) maxDeviation = Math.max(maxDeviation, Math.abs(rate - median));
  return { median, maxDeviation, venues };
}

/** In place, by insertion: venues are few. */
function sortByRate(rates: VenueRate[]): void {
  for (let end = 1; end < rates.length; end++) {
    const next = rates[end]!;
    let at = end;
    while (at > 0 && isBefore(next, rates[at - 1]!)) {
      rates[at] = rates[at - 1]!;
      at -= 1;
    }
    rates[at] = next;
  }
}

function isBefore(a: VenueRate, b: VenueRate): boolean {
  return a.rate === b.rate ? a.venue < b.venue : a.rate < b.rate;
}

/** Place of the first rate with which the volumes reach a half of them. */
function middleOf(sorted: readonly VenueRate[], half: number): number {
  let volume = 0;
  for (let at = 0; at < sorted.length; at++) {
    volume += sorted[at]!.quoteVolume;
    if (volume >= half) return at;
  }
  return sorted.length - 1;
}

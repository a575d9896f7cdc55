import { INSTRUMENT_PLACE as I, SYMBOL_PLACE as S } from '../dictionary.ts';
import { fundingMedian, type VenueRate } from '../metrics/funding-median.ts';
import { SYMBOL_SOURCE as SOURCE } from '../sources.ts';
import type { TickPass } from './tick-pass.ts';

/** What the median of each symbol was made of, and the median: rates and volumes stay for several ticks. */
export class MedianColumns {
  /** One row a derivative, NaN where it does not count. */
  readonly rate: Float64Array;
  readonly quoteVolume: Float64Array;
  /** One row a symbol: how many instruments count, median and largest distance from it. */
  readonly venues: Int32Array;
  readonly median: Float64Array;
  readonly maxDeviation: Float64Array;

  constructor(symbols: number, derivatives: number) {
    this.rate = new Float64Array(derivatives).fill(Number.NaN);
    this.quoteVolume = new Float64Array(derivatives).fill(Number.NaN);
    this.venues = new Int32Array(symbols);
    this.median = new Float64Array(symbols);
    this.maxDeviation = new Float64Array(symbols);
  }
}

/** Volume-weighted median of the venues' funding of every symbol, where enough venues have both. */
export function computeMedians(pass: TickPass): void {
  const { frame, universe, scratch, params } = pass;
  const { symbols } = universe;
  const { medians } = scratch;
  for (let symbol = 0; symbol < symbols.count; symbol++) {
    if (takeRates(pass, symbol)) refreshMedian(pass, symbol);
    if (medians.venues[symbol]! < params.funding.median_min_venues) continue;
    const { cells, sources } = symbols;
    const funding = cells[S.oi_weighted_funding]! + symbol;
    frame.stampLike(sources[SOURCE.funding_median]! + symbol, sources[SOURCE.funding]! + symbol);
    frame.putLike(funding, cells[S.funding_median]! + symbol, medians.median[symbol]!);
    frame.putLike(funding, cells[S.funding_max_dev]! + symbol, medians.maxDeviation[symbol]!);
  }
}

/** Takes the rates of a symbol's instruments; true when one of them is another than at the last tick. */
function takeRates({ frame, universe, scratch: { medians } }: TickPass, symbol: number): boolean {
  const { instruments, derivatives } = universe;
  let isNew = false;
  for (let row = derivatives.firsts[symbol]!; row < derivatives.firsts[symbol + 1]!; row++) {
    const rate = frame.usable(derivatives.cells[I.funding_8h]! + row);
    const quoteVolume = frame.usable(instruments.cells[I.quote_volume_24h]! + derivatives.rows[row]!);
    const counts = !Number.isNaN(rate + quoteVolume);
    const known = medians.rate[row]!;
    if (counts ? rate === known && quoteVolume === medians.quoteVolume[row] : Number.isNaN(known)) continue;
    medians.rate[row] = counts ? rate : Number.NaN;
    medians.quoteVolume[row] = counts ? quoteVolume : Number.NaN;
    isNew = true;
  }
  return isNew;
}

function refreshMedian({ universe: { derivatives }, scratch: { medians }, params }: TickPass, symbol: number): void {
  const rates: VenueRate[] = [];
  for (let row = derivatives.firsts[symbol]!; row < derivatives.firsts[symbol + 1]!; row++) {
    const rate = medians.rate[row]!;
    if (!Number.isNaN(rate)) rates.push({ venue: derivatives.venues[row]!, rate, quoteVolume: medians.quoteVolume[row]! });
  }
  const { median_min_venues: minVenues, median_min_quote_volume: minQuoteVolume } = params.funding;
  const { median, maxDeviation } = fundingMedian(rates, minVenues, minQuoteVolume);
  medians.venues[symbol] = rates.length;
  medians.median[symbol] = median;
  medians.maxDeviation[symbol] = maxDeviation;
}

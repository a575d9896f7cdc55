import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FUNDING_UNITS } from '../fold-derivative-event.ts';
import { FRESHNESS } from '../freshness.ts';
import { funding8h, fundingApr, relativeFundingRate } from '../metrics/funding.ts';
import { fundingZOf, isLowVariance } from '../metrics/funding-z.ts';
import { CONVERTED } from '../quality.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import { FLAGS } from '../tick-frame.ts';
import { stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

const HOUR_MS = 3_600_000;

/** Mark and index price, funding rates, their z and their trend of every derivative. */
export function computeFunding(pass: TickPass): void {
  const { frame, universe, memory, scratch, params, tickTs } = pass;
  const { mark, index, funding } = memory.derivatives;
  stampSamples(frame, universe.derivatives, SOURCE.mark, mark, FRESHNESS.mark_price);
  stampSamples(frame, universe.derivatives, SOURCE.index, index, FRESHNESS.index_price);
  stampSamples(frame, universe.derivatives, SOURCE.funding, funding, FRESHNESS.funding_rate_raw);
  putPrices(pass);
  putRates(pass);
  scratch.funding.refresh(tickTs, params.funding);
  putZ(pass);
  putTrend(pass);
}

function putPrices({ frame, universe: { derivatives }, memory }: TickPass): void {
  const { cells, sources } = derivatives;
  const { mark, index } = memory.derivatives;
  const markPriceCell = cells[P.mark_price]!;
  const markSource = sources[SOURCE.mark]!;
  const indexPriceCell = cells[P.index_price]!;
  const indexSource = sources[SOURCE.index]!;
  for (let row = 0; row < derivatives.count; row++) {
    frame.put(markPriceCell + row, mark.value(row, 0), frame.sourceQuality(markSource + row));
    frame.put(indexPriceCell + row, index.value(row, 0), frame.sourceQuality(indexSource + row));
  }
}

/** An absolute rate becomes relative through the index price, and says so. */
function putRates({ frame, universe: { derivatives }, memory }: TickPass): void {
  const { cells, sources } = derivatives;
  const { funding, index } = memory.derivatives;
  const fundingSource = sources[SOURCE.funding]!;
  const fundingRateRawCell = cells[P.funding_rate_raw]!;
  const fundingIntervalHCell = cells[P.funding_interval_h]!;
  const funding8hCell = cells[P.funding_8h]!;
  const fundingAprCell = cells[P.funding_apr]!;
  for (let row = 0; row < derivatives.count; row++) {
    const source = fundingSource + row;
    const unit = FUNDING_UNITS[funding.value(row, 2) | 0] ?? 'fraction';
    if (unit !== 'fraction') {
      frame.joinSample(source, index, row, FRESHNESS.index_price);
      frame.worsen(source, CONVERTED);
    }
    const rate = relativeFundingRate(funding.value(row, 0), unit, index.value(row, 0));
    const intervalMs = funding.value(row, 1);
    const quality = frame.sourceQuality(source);
    frame.put(fundingRateRawCell + row, rate, quality);
    frame.put(fundingIntervalHCell + row, intervalMs / HOUR_MS, quality);
    frame.put(funding8hCell + row, funding8h(rate, intervalMs), quality);
    frame.put(fundingAprCell + row, fundingApr(rate, intervalMs), quality);
  }
}

function putZ({ frame, universe: { derivatives }, scratch: { funding: figures } }: TickPass): void {
  const { cells, sources } = derivatives;
  const funding8hCell = cells[P.funding_8h]!;
  const fundingSource = sources[SOURCE.funding]!;
  const fundingZCell = cells[P.funding_z]!;
  for (let row = 0; row < derivatives.count; row++) {
    const deviation = figures.deviation[row]!;
    const z = fundingZOf(frame.value(funding8hCell + row), figures.mean[row]!, deviation);
    const quality = frame.sourceQuality(fundingSource + row);
    frame.put(fundingZCell + row, z, quality, isLowVariance(deviation) ? FLAGS.low_variance : 0);
  }
}

function putTrend({ frame, universe: { derivatives }, memory, scratch: { funding: figures } }: TickPass): void {
  const { cells, sources } = derivatives;
  const { settled } = memory.derivatives;
  const fundingTrendSource = sources[SOURCE.funding_trend]!;
  const fundingTrendCell = cells[P.funding_trend]!;
  const fundingTrendTCell = cells[P.funding_trend_t]!;
  for (let row = 0; row < derivatives.count; row++) {
    const source = fundingTrendSource + row;
    frame.stampTime(source, settled.newestMs(row), FRESHNESS.funding_trend);
    frame.put(fundingTrendCell + row, figures.slope[row]!, frame.sourceQuality(source));
    frame.put(fundingTrendTCell + row, figures.t[row]!, frame.sourceQuality(source));
  }
}

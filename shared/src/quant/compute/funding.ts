import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FUNDING_UNITS } from '../fold-event.ts';
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
  const { mark, index } = memory.derivatives;
  for (let row = 0; row < derivatives.count; row++) {
    const source = derivatives.sources[row]!;
    frame.put(derivatives.slots[row]! + P.mark_price, mark.value(row, 0), frame.sourceQuality(source + SOURCE.mark));
    frame.put(derivatives.slots[row]! + P.index_price, index.value(row, 0), frame.sourceQuality(source + SOURCE.index));
  }
}

/** An absolute rate becomes relative through the index price, and says so. */
function putRates({ frame, universe: { derivatives }, memory }: TickPass): void {
  const { funding, index } = memory.derivatives;
  for (let row = 0; row < derivatives.count; row++) {
    const slot = derivatives.slots[row]!;
    const source = derivatives.sources[row]! + SOURCE.funding;
    const unit = FUNDING_UNITS[funding.value(row, 2) | 0] ?? 'fraction';
    if (unit !== 'fraction') {
      frame.joinSample(source, index, row, FRESHNESS.index_price);
      frame.worsen(source, CONVERTED);
    }
    const rate = relativeFundingRate(funding.value(row, 0), unit, index.value(row, 0));
    const intervalMs = funding.value(row, 1);
    const quality = frame.sourceQuality(source);
    frame.put(slot + P.funding_rate_raw, rate, quality);
    frame.put(slot + P.funding_interval_h, intervalMs / HOUR_MS, quality);
    frame.put(slot + P.funding_8h, funding8h(rate, intervalMs), quality);
    frame.put(slot + P.funding_apr, fundingApr(rate, intervalMs), quality);
  }
}

function putZ({ frame, universe: { derivatives }, scratch: { funding: figures } }: TickPass): void {
  for (let row = 0; row < derivatives.count; row++) {
    const slot = derivatives.slots[row]!;
    const deviation = figures.deviation[row]!;
    const z = fundingZOf(frame.value(slot + P.funding_8h), figures.mean[row]!, deviation);
    const quality = frame.sourceQuality(derivatives.sources[row]! + SOURCE.funding);
    frame.put(slot + P.funding_z, z, quality, isLowVariance(deviation) ? FLAGS.low_variance : 0);
  }
}

function putTrend({ frame, universe: { derivatives }, memory, scratch: { funding: figures } }: TickPass): void {
  const { settled } = memory.derivatives;
  for (let row = 0; row < derivatives.count; row++) {
    const slot = derivatives.slots[row]!;
    const source = derivatives.sources[row]! + SOURCE.funding_trend;
    frame.stampTime(source, settled.newestMs(row), FRESHNESS.funding_trend);
    frame.put(slot + P.funding_trend, figures.slope[row]!, frame.sourceQuality(source));
    frame.put(slot + P.funding_trend_t, figures.t[row]!, frame.sourceQuality(source));
  }
}

import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { takerRatio } from '../metrics/flow.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import { FLAGS } from '../tick-frame.ts';
import { markConverted, stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

/** Taker flow of every instrument: bought and sold, their ratio, the day's running difference, and what the venue says. */
export function computeFlow(pass: TickPass): void {
  const { frame, universe, memory, params, tickTs } = pass;
  const { trade, takerFlow, takerVenue } = memory.instruments;
  stampSamples(frame, universe.instruments, SOURCE.taker, trade, FRESHNESS.taker_buy_usd);
  markConverted(frame, universe.instruments, SOURCE.taker);
  takerFlow.sum(tickTs, params.windows_ms.taker);
  putTaker(pass);
  putCvd(pass);
  stampSamples(frame, universe.instruments, SOURCE.taker_venue, takerVenue, FRESHNESS.taker_ratio_venue);
  putTakerVenue(pass);
}

function putTaker({ frame, universe: { instruments }, memory, params }: TickPass): void {
  const { cells, sources } = instruments;
  const { takerFlow } = memory.instruments;
  const takerSource = sources[SOURCE.taker]!;
  const takerBuyUsdCell = cells[P.taker_buy_usd]!;
  const takerSellUsdCell = cells[P.taker_sell_usd]!;
  const takerBuySellRatioCell = cells[P.taker_buy_sell_ratio]!;
  for (let row = 0; row < instruments.count; row++) {
    const isForeign = instruments.isForeign[row] === 1;
    const buy = isForeign ? Number.NaN : takerFlow.first[row]!;
    const sell = isForeign ? Number.NaN : takerFlow.second[row]!;
    const quality = frame.sourceQuality(takerSource + row);
    frame.put(takerBuyUsdCell + row, buy, quality);
    frame.put(takerSellUsdCell + row, sell, quality);
    frame.put(takerBuySellRatioCell + row, takerRatio(buy, sell, params.floors_usd.taker_total), quality);
  }
}

function putCvd({ frame, universe: { instruments }, memory, tickTs }: TickPass): void {
  const { cells, sources } = instruments;
  const { cvd } = memory.instruments;
  const takerSource = sources[SOURCE.taker]!;
  const cvdCell = cells[P.cvd]!;
  for (let row = 0; row < instruments.count; row++) {
    const sum = instruments.isForeign[row] === 1 ? Number.NaN : cvd.at(row, tickTs);
    const quality = frame.sourceQuality(takerSource + row);
    frame.put(cvdCell + row, sum, quality, cvd.hasGap(row, tickTs) ? FLAGS.gap : 0);
  }
}

function putTakerVenue({ frame, universe: { instruments }, memory }: TickPass): void {
  const { cells, sources } = instruments;
  const { takerVenue } = memory.instruments;
  const takerVenueSource = sources[SOURCE.taker_venue]!;
  const takerRatioVenueCell = cells[P.taker_ratio_venue]!;
  for (let row = 0; row < instruments.count; row++) {
    const ratio = takerRatio(takerVenue.value(row, 0), takerVenue.value(row, 1), 0);
    const quality = frame.sourceQuality(takerVenueSource + row);
    frame.put(takerRatioVenueCell + row, ratio, quality);
  }
}

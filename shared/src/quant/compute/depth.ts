import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { changePct, imbalance } from '../metrics/book.ts';
import { isUsable } from '../quality.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import { FLAGS } from '../tick-frame.ts';
import { stampInDollars, stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

const DELTA_PLACES = [P.depth_delta_usd_10, P.depth_delta_usd_25, P.depth_delta_usd_100] as const;
const CHANGE_PLACES = [P.depth_chg_pct_10, P.depth_chg_pct_25, P.depth_chg_pct_100] as const;
/** Value of the ±2 % band in a depth sample. */
const WIDE = 2 + 3 * DELTA_PLACES.length;

/** Imbalance, depth and its change of every instrument. */
export function computeDepth(pass: TickPass): void {
  const { frame, universe, memory, tick } = pass;
  const { depth, depthTimes } = memory.instruments;
  stampSamples(frame, universe.instruments, SOURCE.depth, depth, FRESHNESS.imbalance);
  stampInDollars(frame, universe.instruments, SOURCE.depth_usd, SOURCE.depth);
  putImbalance(pass);
  for (let band = 0; band < DELTA_PLACES.length; band++) {
    putDelta(pass, band);
    putChange(pass, band);
  }
  const page = depthTimes.open(tick);
  for (let row = 0; row < universe.instruments.count; row++) depthTimes.put(page, row, depth.availableAt(row));
  putWideBand(pass);
}

function putImbalance({ frame, universe: { instruments }, memory }: TickPass): void {
  const { cells, sources } = instruments;
  const { depth } = memory.instruments;
  const depthSource = sources[SOURCE.depth]!;
  const imbalanceCell = cells[P.imbalance]!;
  for (let row = 0; row < instruments.count; row++) {
    const quality = frame.sourceQuality(depthSource + row);
    frame.put(imbalanceCell + row, imbalance(depth.value(row, 0), depth.value(row, 1)), quality);
  }
}

function putDelta({ frame, universe: { instruments }, memory }: TickPass, band: number): void {
  const { cells, sources } = instruments;
  const { depth } = memory.instruments;
  const place = DELTA_PLACES[band]!;
  const depthUsdSource = sources[SOURCE.depth_usd]!;
  for (let row = 0; row < instruments.count; row++) {
    const delta = depth.value(row, 2 + 3 * band) - depth.value(row, 3 + 3 * band);
    const flags = depth.value(row, 4 + 3 * band) === 1 ? FLAGS.truncated : 0;
    const quality = frame.sourceQuality(depthUsdSource + row);
    frame.put(cells[place]! + row, instruments.isForeign[row] === 1 ? Number.NaN : delta, quality, flags);
  }
}

/** Against the sample of a minute ago, where there was one at about that time. */
function putChange({ frame, universe: { instruments }, memory, params, tick }: TickPass, band: number): void {
  const { cells, sources } = instruments;
  const { depth, depthTimes } = memory.instruments;
  const history = memory.instruments.depthHistory[band]!;
  const place = CHANGE_PLACES[band]!;
  const { depth_change: lookBackMs } = params.windows_ms;
  const before = depthTimes.pageOf(tick - lookBackMs / params.tick_ms);
  const page = history.open(tick);
  const depthSource = sources[SOURCE.depth]!;
  for (let row = 0; row < instruments.count; row++) {
    const cell = cells[place]! + row;
    const now = depth.value(row, 2 + 3 * band) + depth.value(row, 3 + 3 * band);
    const flags = depth.value(row, 4 + 3 * band) === 1 ? FLAGS.truncated : 0;
    const apart = depth.availableAt(row) - depthTimes.at(before, row) - lookBackMs;
    const isKnown = Math.abs(apart) <= params.depth_change_tolerance_ms;
    const quality = frame.sourceQuality(depthSource + row);
    frame.put(cell, changePct(now, isKnown ? history.at(before, row) : Number.NaN), quality, flags);
    history.put(page, row, isUsable(quality) ? now : Number.NaN);
  }
}

/** Sides to the cent as the book sums them, the total in whole dollars (market data spec §8.1). */
function putWideBand({ frame, universe: { instruments }, memory }: TickPass): void {
  const { cells, sources } = instruments;
  const { depth } = memory.instruments;
  const depthUsdSource = sources[SOURCE.depth_usd]!;
  const depth2pctBidUsdCell = cells[P.depth_2pct_bid_usd]!;
  const depth2pctAskUsdCell = cells[P.depth_2pct_ask_usd]!;
  const depth2pctTotalUsdCell = cells[P.depth_2pct_total_usd]!;
  const depth2pctMinUsdCell = cells[P.depth_2pct_min_usd]!;
  for (let row = 0; row < instruments.count; row++) {
    const isForeign = instruments.isForeign[row] === 1;
    const bid = isForeign ? Number.NaN : depth.value(row, WIDE);
    const ask = isForeign ? Number.NaN : depth.value(row, WIDE + 1);
    const flags = depth.value(row, WIDE + 2) === 1 ? FLAGS.truncated : 0;
    const quality = frame.sourceQuality(depthUsdSource + row);
    frame.put(depth2pctBidUsdCell + row, bid, quality, flags);
    frame.put(depth2pctAskUsdCell + row, ask, quality, flags);
    frame.put(depth2pctTotalUsdCell + row, Math.round(bid + ask), quality, flags);
    frame.put(depth2pctMinUsdCell + row, Math.min(bid, ask), quality, flags);
  }
}

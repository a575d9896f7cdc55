import { INSTRUMENT_PLACE as P } from '../dictionary.ts';
import { FRESHNESS } from '../freshness.ts';
import { driftBps, microprice, midPrice, spreadBps } from '../metrics/book.ts';
import { INSTRUMENT_SOURCE as SOURCE } from '../sources.ts';
import { stampSamples } from './stamp-samples.ts';
import type { TickPass } from './tick-pass.ts';

const MINUTE_MS = 60_000;

/** Last trade, top of book, spread, drift and minute volatility of every instrument. */
export function computeTop(pass: TickPass): void {
  const { frame, universe, memory } = pass;
  stampSamples(frame, universe.instruments, SOURCE.trade, memory.instruments.trade, FRESHNESS.price);
  stampSamples(frame, universe.instruments, SOURCE.top, memory.instruments.top, FRESHNESS.mid);
  memory.instruments.spreads.sum(pass.tickTs);
  putPrices(pass);
  putSpreads(pass);
  putDrift(pass);
  putVolatility(pass);
}

function putPrices({ frame, universe: { instruments }, memory }: TickPass): void {
  const { cells, sources } = instruments;
  const { trade, top } = memory.instruments;
  for (let row = 0; row < instruments.count; row++) {
    const bid = top.value(row, 0);
    const ask = top.value(row, 2);
    const quality = frame.sourceQuality(sources[SOURCE.top]! + row);
    frame.put(cells[P.price]! + row, trade.value(row, 0), frame.sourceQuality(sources[SOURCE.trade]! + row));
    frame.put(cells[P.mid]! + row, midPrice(bid, ask), quality);
    frame.put(cells[P.microprice]! + row, microprice(bid, top.value(row, 1), ask, top.value(row, 3)), quality);
  }
}

function putSpreads({ frame, universe: { instruments }, memory }: TickPass): void {
  const { cells, sources } = instruments;
  const { top, spreads } = memory.instruments;
  for (let row = 0; row < instruments.count; row++) {
    const quality = frame.sourceQuality(sources[SOURCE.top]! + row);
    frame.put(cells[P.spread_bps]! + row, spreadBps(top.value(row, 0), top.value(row, 2)), quality);
    frame.put(cells[P.spread_bps_60s]! + row, spreads.mean(row), quality);
  }
}

/** Mid against the last trade, where that is recent. */
function putDrift({ frame, universe: { instruments }, memory, params, tickTs }: TickPass): void {
  const { cells, sources } = instruments;
  const { trade, top } = memory.instruments;
  for (let row = 0; row < instruments.count; row++) {
    const source = sources[SOURCE.drift]! + row;
    frame.stampLike(source, sources[SOURCE.top]! + row);
    frame.joinSample(source, trade, row, FRESHNESS.drift_bps);
    const isRecent = tickTs - trade.availableAt(row) <= params.windows_ms.drift;
    const mid = midPrice(top.value(row, 0), top.value(row, 2));
    const drift = isRecent ? driftBps(mid, trade.value(row, 0)) : Number.NaN;
    frame.put(cells[P.drift_bps]! + row, drift, frame.sourceQuality(source));
  }
}

function putVolatility({ frame, universe: { instruments }, memory, tickTs }: TickPass): void {
  const { cells, sources } = instruments;
  const { volatility } = memory.instruments;
  const isMinute = tickTs % MINUTE_MS === 0;
  for (let row = 0; row < instruments.count; row++) {
    if (isMinute) volatility.onMinute(row, tickTs / MINUTE_MS, frame.usable(cells[P.mid]! + row));
    const source = sources[SOURCE.volatility]! + row;
    frame.stampTime(source, volatility.updatedMs(row), FRESHNESS.volatility);
    frame.put(cells[P.volatility]! + row, volatility.value(row), frame.sourceQuality(source));
  }
}

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
  const { trade, top } = memory.instruments;
  for (let row = 0; row < instruments.count; row++) {
    const slot = instruments.slots[row]!;
    const bid = top.value(row, 0);
    const ask = top.value(row, 2);
    const source = instruments.sources[row]!;
    const quality = frame.sourceQuality(source + SOURCE.top);
    frame.put(slot + P.price, trade.value(row, 0), frame.sourceQuality(source + SOURCE.trade));
    frame.put(slot + P.mid, midPrice(bid, ask), quality);
    frame.put(slot + P.microprice, microprice(bid, top.value(row, 1), ask, top.value(row, 3)), quality);
  }
}

function putSpreads({ frame, universe: { instruments }, memory }: TickPass): void {
  const { top, spreads } = memory.instruments;
  for (let row = 0; row < instruments.count; row++) {
    const slot = instruments.slots[row]!;
    const quality = frame.sourceQuality(instruments.sources[row]! + SOURCE.top);
    frame.put(slot + P.spread_bps, spreadBps(top.value(row, 0), top.value(row, 2)), quality);
    frame.put(slot + P.spread_bps_60s, spreads.mean(row), quality);
  }
}

/** Mid against the last trade, where that is recent. */
function putDrift({ frame, universe: { instruments }, memory, params, tickTs }: TickPass): void {
  const { trade, top } = memory.instruments;
  for (let row = 0; row < instruments.count; row++) {
    const source = instruments.sources[row]! + SOURCE.drift;
    frame.stampLike(source, instruments.sources[row]! + SOURCE.top);
    frame.joinSample(source, trade, row, FRESHNESS.drift_bps);
    const isRecent = tickTs - trade.availableAt(row) <= params.windows_ms.drift;
    const mid = midPrice(top.value(row, 0), top.value(row, 2));
    const drift = isRecent ? driftBps(mid, trade.value(row, 0)) : Number.NaN;
    frame.put(instruments.slots[row]! + P.drift_bps, drift, frame.sourceQuality(source));
  }
}

function putVolatility({ frame, universe: { instruments }, memory, tickTs }: TickPass): void {
  const { volatility } = memory.instruments;
  const isMinute = tickTs % MINUTE_MS === 0;
  for (let row = 0; row < instruments.count; row++) {
    const slot = instruments.slots[row]!;
    if (isMinute) volatility.onMinute(row, tickTs / MINUTE_MS, frame.usable(slot + P.mid));
    const source = instruments.sources[row]! + SOURCE.volatility;
    frame.stampTime(source, volatility.updatedMs(row), FRESHNESS.volatility);
    frame.put(slot + P.volatility, volatility.value(row), frame.sourceQuality(source));
  }
}

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
  const topSource = sources[SOURCE.top]!;
  const priceCell = cells[P.price]!;
  const tradeSource = sources[SOURCE.trade]!;
  const midCell = cells[P.mid]!;
  const micropriceCell = cells[P.microprice]!;
  for (let row = 0; row < instruments.count; row++) {
    const bid = top.value(row, 0);
    const ask = top.value(row, 2);
    const quality = frame.sourceQuality(topSource + row);
    frame.put(priceCell + row, trade.value(row, 0), frame.sourceQuality(tradeSource + row));
    frame.put(midCell + row, midPrice(bid, ask), quality);
    frame.put(micropriceCell + row, microprice(bid, top.value(row, 1), ask, top.value(row, 3)), quality);
  }
}

function putSpreads({ frame, universe: { instruments }, memory }: TickPass): void {
  const { cells, sources } = instruments;
  const { top, spreads } = memory.instruments;
  const topSource = sources[SOURCE.top]!;
  const spreadBpsCell = cells[P.spread_bps]!;
  const spreadBps60sCell = cells[P.spread_bps_60s]!;
  for (let row = 0; row < instruments.count; row++) {
    const quality = frame.sourceQuality(topSource + row);
    frame.put(spreadBpsCell + row, spreadBps(top.value(row, 0), top.value(row, 2)), quality);
    frame.put(spreadBps60sCell + row, spreads.mean(row), quality);
  }
}

/** Mid against the last trade, where that is recent. */
function putDrift({ frame, universe: { instruments }, memory, params, tickTs }: TickPass): void {
  const { cells, sources } = instruments;
  const { trade, top } = memory.instruments;
  const driftSource = sources[SOURCE.drift]!;
  const topSource = sources[SOURCE.top]!;
  const driftBpsCell = cells[P.drift_bps]!;
  for (let row = 0; row < instruments.count; row++) {
    const source = driftSource + row;
    frame.stampLike(source, topSource + row);
    frame.joinSample(source, trade, row, FRESHNESS.drift_bps);
    const isRecent = tickTs - trade.availableAt(row) <= params.windows_ms.drift;
    const mid = midPrice(top.value(row, 0), top.value(row, 2));
    const drift = isRecent ? driftBps(mid, trade.value(row, 0)) : Number.NaN;
    frame.put(driftBpsCell + row, drift, frame.sourceQuality(source));
  }
}

function putVolatility({ frame, universe: { instruments }, memory, tickTs }: TickPass): void {
  const { cells, sources } = instruments;
  const { volatility } = memory.instruments;
  const isMinute = tickTs % MINUTE_MS === 0;
  const midCell = cells[P.mid]!;
  const volatilitySource = sources[SOURCE.volatility]!;
  const volatilityCell = cells[P.volatility]!;
  for (let row = 0; row < instruments.count; row++) {
    if (isMinute) volatility.onMinute(row, tickTs / MINUTE_MS, frame.usable(midCell + row));
    const source = volatilitySource + row;
    frame.stampTime(source, volatility.updatedMs(row), FRESHNESS.volatility);
    frame.put(volatilityCell + row, volatility.value(row), frame.sourceQuality(source));
  }
}

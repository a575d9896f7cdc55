import type { QuantLightRow } from '../../contracts/quant-stream.ts';
import { freshnessOf, INSTRUMENT_PLACE as I, INSTRUMENT_METRICS, SYMBOL_PLACE as S } from '../dictionary.ts';
import type { QuantEngine, QuantTick } from '../engine.ts';
import { orNull } from '../finite.ts';
import { DELTA_BANDS_BPS, type InstrumentState } from '../instrument-state.ts';
import { imbalance, midPrice, spreadBps } from '../metrics/book.ts';
import { agedQuality, isUsable } from '../quality.ts';
import type { LatestSample } from '../state/latest-sample.ts';
import type { SymbolState } from '../symbol-state.ts';

const WIDE = 2 + 3 * DELTA_BANDS_BPS.length;

/**
 * What moves fastest, as the engine knows it between ticks: of the first venue whose book is live, by the rules of quality of a tick
 * (quant spec §9.1, `quant_update_5s`). The taker ratio is a window's, and that of the last tick.
 */
export function liveRows(engine: QuantEngine, last: QuantTick | null, nowMs: number): readonly QuantLightRow[] {
  return engine.symbols.map((symbol, index) => {
    const state = primaryOf(symbol, nowMs);
    const base = last?.layout.symbolBase[index];
    const taker = last === null || base === undefined ? Number.NaN : last.frame.usable(base + S.taker_buy_sell_ratio);
    return { symbol: symbol.symbol, ...bookOf(state, nowMs), taker_buy_sell_ratio: orNull(taker) };
  });
}

function primaryOf({ seats, primaryOrder }: SymbolState, nowMs: number): InstrumentState | undefined {
  return primaryOrder.map((place) => seats[place]!.state).find((state) => !Number.isNaN(midOf(state, nowMs)));
}

function bookOf(state: InstrumentState | undefined, nowMs: number): Omit<QuantLightRow, 'symbol' | 'taker_buy_sell_ratio'> {
  if (state === undefined) return { price: null, mid: null, imbalance: null, depth_usd: null, spread_bps: null };
  const { trade, top, depth } = state;
  const isDeep = isFresh(depth, I.imbalance, nowMs);
  const worth = state.dollars === 'none' ? Number.NaN : Math.round(depth.value(WIDE) + depth.value(WIDE + 1));
  return {
    price: isFresh(trade, I.price, nowMs) ? orNull(trade.value(0)) : null,
    mid: orNull(midOf(state, nowMs)),
    imbalance: isDeep ? orNull(imbalance(depth.value(0), depth.value(1))) : null,
    depth_usd: isDeep ? orNull(worth) : null,
    spread_bps: orNull(spreadBps(top.value(0), top.value(2))),
  };
}

function midOf({ top }: InstrumentState, nowMs: number): number {
  return isFresh(top, I.mid, nowMs) ? midPrice(top.value(0), top.value(2)) : Number.NaN;
}

function isFresh(sample: LatestSample, place: number, nowMs: number): boolean {
  const ageMs = nowMs - sample.availableAt;
  return sample.availableAt >= 0 && isUsable(agedQuality(sample.quality, ageMs, freshnessOf(INSTRUMENT_METRICS[place]!)));
}

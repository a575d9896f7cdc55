import type { QuantLightRow } from '../../contracts/quant-stream.ts';
import { SYMBOL_PLACE as S } from '../dictionary.ts';
import type { QuantEngine, QuantTick } from '../engine.ts';
import { orNull } from '../finite.ts';
import { FRESHNESS } from '../freshness.ts';
import { DELTA_BANDS_BPS, type InstrumentMemory } from '../instrument-memory.ts';
import type { InstrumentSeat } from '../instrument-seat.ts';
import { imbalance, midPrice, spreadBps } from '../metrics/book.ts';
import { agedQuality, type Freshness, isUsable } from '../quality.ts';
import type { QuantSymbol } from '../quant-symbol.ts';
import type { SampleTable } from '../state/sample-table.ts';

const WIDE = 2 + 3 * DELTA_BANDS_BPS.length;

/**
 * What moves fastest, as the engine knows it between ticks: of the first venue whose book is live, by the rules of quality of a tick
 * (quant spec §9.1, `quant_update_5s`). The taker ratio is a window's, and that of the last tick.
 */
export function liveRows(engine: QuantEngine, last: QuantTick | null, nowMs: number): readonly QuantLightRow[] {
  const memory = engine.memory.instruments;
  return engine.symbols.map((symbol, index) => {
    const book = bookOf(memory, primaryOf(memory, symbol, nowMs), nowMs);
    const base = last?.layout.symbolBase[index];
    const taker = last === null || base === undefined ? Number.NaN : last.frame.usable(base + S.taker_buy_sell_ratio);
    return { symbol: symbol.symbol, ...book, taker_buy_sell_ratio: orNull(taker) };
  });
}

function primaryOf(memory: InstrumentMemory, { seats, primaryOrder }: QuantSymbol, nowMs: number): InstrumentSeat | undefined {
  return primaryOrder.map((place) => seats[place]!).find(({ row }) => !Number.isNaN(midOf(memory, row, nowMs)));
}

function bookOf(
  memory: InstrumentMemory,
  seat: InstrumentSeat | undefined,
  nowMs: number,
): Omit<QuantLightRow, 'symbol' | 'taker_buy_sell_ratio'> {
  if (seat === undefined) return { price: null, mid: null, imbalance: null, depth_usd: null, spread_bps: null };
  const { trade, top, depth } = memory;
  const { row, dollars } = seat;
  const isDeep = isFresh(depth, row, FRESHNESS.imbalance, nowMs);
  const worth = dollars === 'none' ? Number.NaN : Math.round(depth.value(row, WIDE) + depth.value(row, WIDE + 1));
  return {
    price: isFresh(trade, row, FRESHNESS.price, nowMs) ? orNull(trade.value(row, 0)) : null,
    mid: orNull(midOf(memory, row, nowMs)),
    imbalance: isDeep ? orNull(imbalance(depth.value(row, 0), depth.value(row, 1))) : null,
    depth_usd: isDeep ? orNull(worth) : null,
    spread_bps: orNull(spreadBps(top.value(row, 0), top.value(row, 2))),
  };
}

function midOf({ top }: InstrumentMemory, row: number, nowMs: number): number {
  return isFresh(top, row, FRESHNESS.mid, nowMs) ? midPrice(top.value(row, 0), top.value(row, 2)) : Number.NaN;
}

function isFresh(samples: SampleTable, row: number, freshness: Freshness, nowMs: number): boolean {
  const availableAt = samples.availableAt(row);
  return availableAt >= 0 && isUsable(agedQuality(samples.quality(row), nowMs - availableAt, freshness));
}

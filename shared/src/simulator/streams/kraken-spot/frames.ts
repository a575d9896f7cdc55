import { powerOfTen, unitsText } from '../../fixed-digits.ts';
import type { Bar } from '../../live/bars.ts';
import type { DaySummary } from '../../live/day-summary.ts';
import type { Level } from '../../live/limit-book.ts';
import type { LiveInstrument } from '../../live/live-instrument.ts';
import type { Trade } from '../../live/trade-tape.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import type { SidedLevels } from '../stream-session.ts';
import { microsText } from '../wire-text.ts';

/** Texts of Kraken's WebSocket v2: numbers carry the pair's exact digits, which is why they are written and not encoded. */
export type FrameType = 'snapshot' | 'update';

export function bookText(spec: LiveInstrument, type: FrameType, levels: SidedLevels, checksum: number, atUs: number): string {
  const sides = `"bids":[${levelsText(spec, levels.bids)}],"asks":[${levelsText(spec, levels.asks)}]`;
  return `{"channel":"book","type":"${type}","data":[{"symbol":"${spec.symbol}",${sides},"checksum":${checksum},"timestamp":"${microsText(atUs)}"}]}`;
}

/** `skewUs` = how far the venue's clock is off. */
export function tradesText(spec: LiveInstrument, type: FrameType, trades: readonly Trade[], skewUs: number): string {
  return `{"channel":"trade","type":"${type}","data":[${trades.map((trade) => tradeText(spec, trade, skewUs)).join(',')}]}`;
}

export function tickerText({ spec, book, tape }: TradedInstrument, type: FrameType, day: DaySummary): string {
  const price = (units: number | undefined): string => unitsText(units ?? 0, spec.priceDigits);
  const size = (units: number | undefined): string => unitsText(units ?? 0, spec.sizeDigits);
  const last = tape.lastPrice;
  const vwap = day.size === 0 ? last : (day.value / (day.size / powerOfTen(spec.sizeDigits))) * powerOfTen(spec.priceDigits);
  const best = `"bid":${price(book.bids.prices[0])},"bid_qty":${size(book.bids.sizes[0])},"ask":${price(book.asks.prices[0])},"ask_qty":${size(book.asks.sizes[0])}`;
  const range = `"last":${price(last)},"volume":${size(day.size)},"vwap":${price(Math.round(vwap))},"low":${price(day.low)},"high":${price(day.high)}`;
  const change = `"change":${price(last - day.open)},"change_pct":${((last / day.open - 1) * 100).toFixed(2)}`;
  return `{"channel":"ticker","type":"${type}","data":[{"symbol":"${spec.symbol}",${best},${range},${change}}]}`;
}

export function ohlcText({ spec }: TradedInstrument, type: FrameType, intervalMin: number, bars: readonly Bar[]): string {
  return `{"channel":"ohlc","type":"${type}","data":[${bars.map((bar) => barText(spec, intervalMin, bar)).join(',')}]}`;
}

/** Reference data of pairs and their assets. */
export function instrumentText(type: FrameType, instruments: readonly TradedInstrument[]): string {
  const codes = [...new Set(instruments.flatMap(({ spec }) => [spec.base, spec.quote]))];
  const assets = codes.map((id) => ({ id, status: 'enabled', precision: 10, precision_display: 5, borrowable: false }));
  const pairs = instruments.map(pairText).join(',');
  return `{"channel":"instrument","type":"${type}","data":{"assets":${JSON.stringify(assets)},"pairs":[${pairs}]}}`;
}

function levelsText(spec: LiveInstrument, levels: readonly Level[]): string {
  return levels
    .map(({ price, size }) => `{"price":${unitsText(price, spec.priceDigits)},"qty":${unitsText(size, spec.sizeDigits)}}`)
    .join(',');
}

function tradeText(spec: LiveInstrument, { side, price, size, id, atUs }: Trade, skewUs: number): string {
  const amount = `"price":${unitsText(price, spec.priceDigits)},"qty":${unitsText(size, spec.sizeDigits)}`;
  return `{"symbol":"${spec.symbol}","side":"${side}",${amount},"ord_type":"${id % 3 === 0 ? 'limit' : 'market'}","trade_id":${id},"timestamp":"${microsText(atUs + skewUs)}"}`;
}

function barText(spec: LiveInstrument, intervalMin: number, bar: Bar): string {
  const price = (units: number): string => unitsText(units, spec.priceDigits);
  const size = bar.buySize + bar.sellSize;
  const vwap =
    size === 0 ? bar.close : Math.round((bar.value / (size / powerOfTen(spec.sizeDigits))) * powerOfTen(spec.priceDigits));
  const begin = `${new Date(bar.startMs).toISOString().slice(0, -1)}000000Z`;
  const end = new Date(bar.startMs + intervalMin * 60_000).toISOString().replace('Z', '000Z');
  const prices = `"open":${price(bar.open)},"high":${price(bar.high)},"low":${price(bar.low)},"close":${price(bar.close)}`;
  return `{"symbol":"${spec.symbol}",${prices},"vwap":${price(vwap)},"trades":${bar.trades},"volume":${unitsText(size, spec.sizeDigits)},"interval_begin":"${begin}","interval":${intervalMin},"timestamp":"${end}"}`;
}

function pairText({ spec, status }: TradedInstrument): string {
  const increments = `"qty_increment":${unitsText(1, spec.sizeDigits)},"price_increment":${unitsText(spec.tick, spec.priceDigits)}`;
  const state = status === 'online' ? 'online' : status === 'halted' ? 'cancel_only' : 'delisted';
  return `{"symbol":"${spec.symbol}","base":"${spec.base}","quote":"${spec.quote}","status":"${state}","qty_precision":${spec.sizeDigits},${increments},"price_precision":${spec.priceDigits},"cost_precision":5,"marginable":false,"has_index":true,"cost_min":0.50,"tick_size":${unitsText(spec.tick, spec.priceDigits)},"qty_min":${unitsText(1, spec.sizeDigits)}}`;
}

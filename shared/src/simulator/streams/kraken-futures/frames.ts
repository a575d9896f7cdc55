import { powerOfTen, unitsText } from '../../fixed-digits.ts';
import type { DaySummary } from '../../live/day-summary.ts';
import type { Level, LevelChange } from '../../live/limit-book.ts';
import type { LiveInstrument } from '../../live/live-instrument.ts';
import type { Perpetual } from '../../live/perpetual.ts';
import type { Trade } from '../../live/trade-tape.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { doubleText, plainDecimal } from '../wire-text.ts';

/** Texts of Kraken Futures' WebSocket v1. Numbers are doubles as Java prints them; times are ms. */
export function bookSnapshotText({ spec, book }: TradedInstrument, atMs: number): string {
  const side = (levels: readonly Level[]): string => levels.map((level) => levelText(spec, level)).join(',');
  const sides = `"bids":[${side(book.bids.levels(Number.POSITIVE_INFINITY))}],"asks":[${side(book.asks.levels(Number.POSITIVE_INFINITY))}]`;
  return `{"feed":"book_snapshot","product_id":"${spec.symbol}","timestamp":${atMs},"seq":${book.sequence},"tickSize":null,${sides}}`;
}

/** One level; `sequence` numbers it. */
export function bookChangeText(spec: LiveInstrument, { side, price, size }: LevelChange, sequence: number, atMs: number): string {
  const name = side === 'bid' ? 'buy' : 'sell';
  const numbers = `"price":${doubleText(price, spec.priceDigits)},"qty":${doubleText(size, spec.sizeDigits)}`;
  return `{"feed":"book","product_id":"${spec.symbol}","side":"${name}","seq":${sequence},${numbers},"timestamp":${atMs}}`;
}

export function tradeText(spec: LiveInstrument, trade: Trade, skewUs: number): string {
  const numbers = `"qty":${doubleText(trade.size, spec.sizeDigits)},"price":${doubleText(trade.price, spec.priceDigits)}`;
  const time = Math.floor((trade.atUs + skewUs) / 1000);
  return `{"feed":"trade","product_id":"${spec.symbol}","uid":"${tradeUid(spec, trade.id)}","side":"${trade.side}","type":"${trade.reason}","seq":${trade.id},"time":${time},${numbers}}`;
}

/** Newest first. */
export function tradeSnapshotText(spec: LiveInstrument, trades: readonly Trade[], skewUs: number): string {
  const texts = trades.toReversed().map((trade) => tradeText(spec, trade, skewUs));
  return `{"feed":"trade_snapshot","product_id":"${spec.symbol}","trades":[${texts.join(',')}]}`;
}

export function tickerText(instrument: TradedInstrument, perpetual: Perpetual, day: DaySummary, atMs: number): string {
  const { spec, book, tape } = instrument;
  const price = (units: number | undefined): string => doubleText(units ?? 0, spec.priceDigits);
  const size = (units: number | undefined): string => doubleText(units ?? 0, spec.sizeDigits);
  const { funding, index, mark } = perpetual;
  const rates = [
    `"funding_rate":${plainDecimal(absoluteRate(spec, funding.rate, index), 18)}`,
    `"funding_rate_prediction":${plainDecimal(absoluteRate(spec, funding.predicted, index), 18)}`,
    `"relative_funding_rate":${plainDecimal(funding.rate, 18)}`,
    `"relative_funding_rate_prediction":${plainDecimal(funding.predicted, 18)}`,
    `"next_funding_rate_time":${Math.floor(funding.nextUs / 1000)}`,
  ];
  const best = `"bid":${price(book.bids.prices[0])},"ask":${price(book.asks.prices[0])},"bid_size":${size(book.bids.sizes[0])},"ask_size":${size(book.asks.sizes[0])}`;
  const rest = [
    `"volume":${size(day.size)},"dtm":0,"leverage":"50x","index":${indexText(spec, index)},"premium":${plainDecimal(perpetual.basis * 100, 2)}`,
    `"last":${price(tape.lastPrice)},"change":${plainDecimal((tape.lastPrice / day.open - 1) * 100, 12)},"suspended":${instrument.status !== 'online'}`,
    `"tag":"perpetual","pair":"${pairName(spec)}","openInterest":${size(perpetual.positions.openInterest)},"markPrice":${markText(spec, mark)}`,
    `"maturityTime":0,"post_only":false,"volumeQuote":${plainDecimal(day.value, 4)},"open":${price(day.open)},"high":${price(day.high)},"low":${price(day.low)}`,
  ];
  return `{"time":${atMs},"product_id":"${spec.symbol}",${rates.join(',')},"feed":"ticker",${best},${rest.join(',')}}`;
}

export function tickerLiteText({ spec, book, tape }: TradedInstrument, perpetual: Perpetual, day: DaySummary): string {
  const price = (units: number | undefined): string => doubleText(units ?? 0, spec.priceDigits);
  const change = plainDecimal((tape.lastPrice / day.open - 1) * 100, 12);
  return `{"feed":"ticker_lite","product_id":"${spec.symbol}","bid":${price(book.bids.prices[0])},"ask":${price(book.asks.prices[0])},"change":${change},"premium":${plainDecimal(perpetual.basis * 100, 1)},"volume":${doubleText(day.size, spec.sizeDigits)},"tag":"perpetual","pair":"${pairName(spec)}","dtm":0,"maturityTime":0}`;
}

/** `XBT:USD`. */
export function pairName({ symbol }: LiveInstrument): string {
  return `${symbol.slice(3, -3)}:USD`;
}

/** Kraken's absolute rate: quote per contract unit of a linear contract, base per contract of an inverse one (market data spec §7.2). */
export function absoluteRate({ kind }: LiveInstrument, relative: number, index: number): number {
  return kind === 'inverse' ? relative / index : relative * index;
}

/** A made-up but stable id in the form of a UUID. */
export function tradeUid({ symbol, base }: LiveInstrument, id: number): string {
  const tail = id.toString(16).padStart(12, '0');
  const head = Array.from(`${symbol}${base}`).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0x1_0000_0000, 7);
  return `${head.toString(16).padStart(8, '0')}-0000-4000-8000-${tail}`;
}

export function indexText(spec: LiveInstrument, index: number): string {
  const digits = Math.min(spec.priceDigits + 2, 12);
  return unitsText(Math.round(index * powerOfTen(digits)), digits);
}

export function markText(spec: LiveInstrument, mark: number): string {
  return plainDecimal(mark, Math.min(spec.priceDigits + 8, 15));
}

function levelText(spec: LiveInstrument, { price, size }: Level): string {
  return `{"price":${doubleText(price, spec.priceDigits)},"qty":${doubleText(size, spec.sizeDigits)}}`;
}

import { powerOfTen, unitsText } from '../../fixed-digits.ts';
import type { DaySummary } from '../../live/day-summary.ts';
import type { Level } from '../../live/limit-book.ts';
import type { LiveInstrument } from '../../live/live-instrument.ts';
import type { Liquidation, Perpetual } from '../../live/perpetual.ts';
import type { Trade } from '../../live/trade-tape.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { plainDecimal, trimmedText } from '../wire-text.ts';
import type { BookUpdate } from './book-updates.ts';

/** Results of Gate's futures channels and rows of its futures REST: prices as texts, sizes as whole contracts. */
export function bookUpdateResult(spec: LiveInstrument, { first, last, atUs, bids, asks }: BookUpdate): string {
  const side = (levels: readonly Level[]): string =>
    levelObjects(spec, levels)
      .map((level) => JSON.stringify(level))
      .join(',');
  return `{"U":${first},"a":[${side(asks)}],"b":[${side(bids)}],"s":"${spec.symbol}","t":${Math.floor(atUs / 1000)},"u":${last}}`;
}

export function levelObjects(spec: LiveInstrument, levels: readonly Level[]): readonly { p: string; s: number }[] {
  return levels.map(({ price, size }) => ({ p: trimmedText(price, spec.priceDigits), s: size }));
}

export function bookTickerResult({ spec, book }: TradedInstrument, atMs: number): string {
  const price = (units: number | undefined): string => (units === undefined ? '' : trimmedText(units, spec.priceDigits));
  const [b, a] = [price(book.bids.prices[0]), price(book.asks.prices[0])];
  return JSON.stringify({
    t: atMs,
    u: book.sequence,
    s: spec.symbol,
    b,
    B: book.bids.sizes[0] ?? 0,
    a,
    A: book.asks.sizes[0] ?? 0,
  });
}

/** Signed size: positive when the taker bought. */
export function tradeRow(
  spec: LiveInstrument,
  { id, price, size, side, atUs }: Trade,
  skewUs: number,
): Readonly<Record<string, unknown>> {
  const ms = Math.floor((atUs + skewUs) / 1000);
  return {
    id,
    create_time: Math.floor(ms / 1000),
    create_time_ms: ms,
    contract: spec.symbol,
    size: side === 'buy' ? size : -size,
    price: trimmedText(price, spec.priceDigits),
  };
}

/** Open interest is counted on both sides (market data spec §7.2). */
export function tickerRow(instrument: TradedInstrument, perpetual: Perpetual, day: DaySummary): Readonly<Record<string, string>> {
  const { spec, book, tape } = instrument;
  const price = (units: number | undefined): string => trimmedText(units ?? 0, spec.priceDigits);
  const base = day.size * spec.contractSize;
  return {
    last: price(tape.lastPrice),
    low_24h: price(day.low),
    high_24h: price(day.high),
    volume_24h: String(day.size),
    change_percentage: ((tape.lastPrice / day.open - 1) * 100).toFixed(2),
    change_price: price(tape.lastPrice - day.open),
    funding_rate_indicative: plainDecimal(perpetual.funding.predicted, 6),
    index_price: indexText(spec, perpetual.index),
    volume_24h_base: plainDecimal(base, 0),
    volume_24h_quote: plainDecimal(day.value, 0),
    contract: spec.symbol,
    volume_24h_settle: plainDecimal(day.value, 0),
    funding_rate: plainDecimal(perpetual.funding.rate, 6),
    mark_price: markText(spec, perpetual.mark),
    total_size: String(2 * Math.round(perpetual.positions.openInterest)),
    highest_bid: price(book.bids.prices[0]),
    highest_size: String(book.bids.sizes[0] ?? 0),
    lowest_ask: price(book.asks.prices[0]),
    lowest_size: String(book.asks.sizes[0] ?? 0),
    quanto_multiplier: multiplierText(spec),
  };
}

/** The pushed form: the size of the forced order, negative for a long that is sold. */
export function liquidationRow(
  spec: LiveInstrument,
  { liquidated, size, fillPrice, atUs }: Liquidation,
  skewUs: number,
): Readonly<Record<string, unknown>> {
  const ms = Math.floor((atUs + skewUs) / 1000);
  return {
    price: Number(trimmedText(fillPrice, spec.priceDigits)),
    size: liquidated === 'long' ? -size : size,
    time: Math.floor(ms / 1000),
    time_ms: ms,
    contract: spec.symbol,
  };
}

/** One digit more than the price, cut to the contract's mark rounding. */
export function markText(spec: LiveInstrument, mark: number): string {
  return roundedText(mark, Math.min(spec.priceDigits + 1, 12));
}

export function indexText(spec: LiveInstrument, index: number): string {
  return roundedText(index, Math.min(spec.priceDigits + 1, 12));
}

export function multiplierText({ contractSize }: LiveInstrument): string {
  return plainDecimal(contractSize, 12);
}

function roundedText(value: number, digits: number): string {
  const text = unitsText(Math.round(value * powerOfTen(digits)), digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

import { isObject, type JsonObject } from '../../venues/json-fields.ts';

/** Fraction digits of an instrument's prices and sizes. */
export interface ShownDigits {
  priceDecimals: number;
  sizeDecimals: number;
}

/**
 * Digits of Kraken's pairs as its v2 frames show them: the `instrument` channel says so, else the levels do, which carry all their
 * zeros. Numbers that were written anew on the way have lost some; the most of a session are right.
 */
export function krakenDigits(frames: Iterable<string>): ReadonlyMap<string, ShownDigits> {
  const shown = new Map<string, ShownDigits>();
  const listed = new Map<string, ShownDigits>();
  for (const frame of frames) {
    if (!/"channel"\s*:\s*"(?:book|instrument)"/.test(frame)) continue;
    const value = decoded(frame);
    for (const pair of pairsOf(value)) {
      if (!listed.has(pair.symbol)) listed.set(pair.symbol, { priceDecimals: pair.price, sizeDecimals: pair.size });
    }
    for (const book of booksOf(value)) widen(shown, book);
  }
  return new Map([...shown, ...listed]);
}

/**
 * Digits of Kraken's pairs that v1 texts need: the zeros behind them are counted by the syntax. A price of eight digits with all zeros
 * of its text would be no whole number that is exact.
 */
export function krakenDigitsV1(frames: Iterable<string>): ReadonlyMap<string, ShownDigits> {
  const needed = new Map<string, ShownDigits>();
  for (const frame of frames) {
    const symbol = /"book-\d+"\s*,\s*"([^"]+)"\s*\]\s*$/.exec(frame)?.[1];
    if (symbol === undefined) continue;
    const digits = needed.get(symbol) ?? { priceDecimals: 0, sizeDecimals: 0 };
    for (const [, price = '', size = ''] of frame.matchAll(/\[\s*"([\d.]+)"\s*,\s*"([\d.]+)"/g)) {
      digits.priceDecimals = Math.max(digits.priceDecimals, fractionDigits(price.replace(/0+$/, '')));
      digits.sizeDecimals = Math.max(digits.sizeDecimals, fractionDigits(size.replace(/0+$/, '')));
    }
    needed.set(symbol, digits);
  }
  return needed;
}

interface ListedPair {
  readonly symbol: string;
  readonly price: number;
  readonly size: number;
}

/** Pairs of a frame of the `instrument` channel. */
export function pairsOf(value: unknown): readonly ListedPair[] {
  if (!isObject(value) || value.channel !== 'instrument' || !isObject(value.data) || !Array.isArray(value.data.pairs)) return [];
  return value.data.pairs.filter(isObject).flatMap(({ symbol, price_precision: price, qty_precision: size }) => {
    const [priceDigits, sizeDigits] = [Number(price), Number(size)];
    const isListed = typeof symbol === 'string' && Number.isInteger(priceDigits) && Number.isInteger(sizeDigits);
    return isListed ? [{ symbol, price: priceDigits, size: sizeDigits }] : [];
  });
}

function booksOf(value: unknown): readonly JsonObject[] {
  return isObject(value) && value.channel === 'book' && Array.isArray(value.data) ? value.data.filter(isObject) : [];
}

function widen(shown: Map<string, ShownDigits>, { symbol, bids, asks }: JsonObject): void {
  if (typeof symbol !== 'string') return;
  const digits = shown.get(symbol) ?? { priceDecimals: 0, sizeDecimals: 0 };
  for (const level of [bids, asks].flatMap((side) => (Array.isArray(side) ? side.filter(isObject) : []))) {
    digits.priceDecimals = Math.max(digits.priceDecimals, fractionDigits(level.price));
    digits.sizeDecimals = Math.max(digits.sizeDecimals, fractionDigits(level.qty));
  }
  shown.set(symbol, digits);
}

function fractionDigits(text: unknown): number {
  const [, fraction = ''] = /^-?\d+\.(\d+)$/.exec(String(text)) ?? [];
  return fraction.length;
}

/** Numbers stay the texts that they are. */
function decoded(text: string): unknown {
  try {
    return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? (context?.source ?? value) : value,
    );
  } catch {
    return undefined;
  }
}

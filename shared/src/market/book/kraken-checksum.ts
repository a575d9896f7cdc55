import { BEST_LEVELS, type BookSide } from './book-side.ts';
import { advanceCrc, advanceCrcFar, type CrcTables, crcTables } from './level-crc.ts';
import type { BookDigits, ReadableBook } from './order-book.ts';

/** The best ten levels of one side as they were last read, and what they add to the checksum. */
export interface ChecksumSide {
  prices: Float64Array;
  sizes: Float64Array;
  /** CRC of each level's digits, from register 0, and how many they are. */
  crcs: Int32Array;
  lengths: Int32Array;
  count: number;
  /** CRC of all, from register 0, and their digits. */
  register: number;
  length: number;
  /** Zeros behind the digits of prices and sizes, as they were. */
  zeros: number;
}

/** A side that was never read. */
export function checksumSide(): ChecksumSide {
  return {
    prices: new Float64Array(BEST_LEVELS),
    sizes: new Float64Array(BEST_LEVELS),
    crcs: new Int32Array(BEST_LEVELS),
    lengths: new Int32Array(BEST_LEVELS),
    count: 0,
    register: 0,
    length: 0,
    zeros: 0,
  };
}

/** Ranks by which levels may move up at once and still be recognised. */
const MOST_GONE = 3;
const BILLION = 1_000_000_000;

/**
 * Kraken's book checksum (market data spec §4.3): the best ten asks ascending, then the best ten bids descending, each level as
 * the digits of its price and size without point and leading zeros. A price in ticks and a size in lots are exactly those digits,
 * so nothing is rendered but integers. The CRC of a level's digits is kept from message to message, since few levels change.
 * One instance serves all books of a connection; what it knows of each lies in two `ChecksumSide`s.
 */
export class KrakenChecksum {
  readonly #tables: CrcTables = crcTables();
  /** Where the next side is read into. */
  readonly #next: ChecksumSide = checksumSide();
  #register = 0;
  #digitCount = 0;

  /** Unsigned 32-bit checksum of the book as it is. */
  of({ asks, bids, digits }: ReadableBook): number {
    const [asked, bid] = [checksumSide(), checksumSide()];
    this.#follow(asked, asks.readBest(this.#next.prices, this.#next.sizes), digits);
    this.#follow(bid, bids.readBest(this.#next.prices, this.#next.sizes), digits);
    return this.joined(asked, bid);
  }

  /** Brings `known` up to date with a side, which then watches whether its best ten change. */
  takeSide(side: BookSide, digits: BookDigits, known: ChecksumSide): void {
    this.#follow(known, side.takeBest(this.#next.prices, this.#next.sizes), digits);
  }

  /** Checksum of the asks followed by the bids. */
  joined(asks: ChecksumSide, bids: ChecksumSide): number {
    const { advance, begun } = this.#tables;
    const register = begun[asks.length]! ^ asks.register;
    return (advanceCrcFar(register, bids.length, advance) ^ bids.register ^ -1) >>> 0;
  }

  /** The levels just read take the place of those known; a level that is among them keeps its CRC. */
  #follow(known: ChecksumSide, count: number, { textZeros }: BookDigits): void {
    const zeros = textZeros === undefined ? 0 : textZeros.price * 16 + textZeros.size;
    const { advance } = this.#tables;
    const next = this.#next;
    const { prices, sizes, crcs, lengths } = next;
    const { prices: oldPrices, sizes: oldSizes, crcs: oldCrcs, lengths: oldLengths } = known;
    const kept = zeros === known.zeros ? known.count : 0;
    let from = 0;
    let register = 0;
    let length = 0;
    for (let rank = 0; rank < count; rank++) {
      const price = prices[rank]!;
      const end = from + MOST_GONE < kept ? from + MOST_GONE : kept;
      let old = from;
      while (old < end && oldPrices[old] !== price) old += 1;
      if (old < end) from = old + 1;
      if (old < end && oldSizes[old] === sizes[rank]) {
        crcs[rank] = oldCrcs[old]!;
        lengths[rank] = oldLengths[old]!;
      } else {
        lengths[rank] = this.#readLevel(price, sizes[rank]!, zeros);
        crcs[rank] = this.#register;
      }
      register = advanceCrc(register, lengths[rank]!, advance) ^ crcs[rank]!;
      length += lengths[rank]!;
    }
    known.count = count;
    known.register = register;
    known.length = length;
    known.zeros = zeros;
    exchange(known, next);
  }

  /** Reads the digits of a level into the register, from 0; returns how many they are. */
  #readLevel(price: number, size: number, zeros: number): number {
    this.#register = 0;
    this.#digitCount = 0;
    this.#readUnits(price);
    if (zeros > 15) this.#readZeros(zeros >> 4);
    this.#readUnits(size);
    if (zeros > 0) this.#readZeros(zeros & 15);
    return this.#digitCount;
  }

  /** The digits of a positive safe integer, three at a time. */
  #readUnits(units: number): void {
    if (units < BILLION) {
      this.#readLeading(units | 0);
      return;
    }
    const upper = Math.floor(units / BILLION);
    const lower = (units - upper * BILLION) | 0;
    this.#readLeading(upper | 0);
    const thousands = (lower / 1000) | 0;
    this.#readThree((thousands / 1000) | 0);
    this.#readThree(thousands % 1000);
    this.#readThree(lower % 1000);
  }

  #readLeading(units: number): void {
    const thousands = (units / 1000) | 0;
    const millions = (thousands / 1000) | 0;
    if (millions > 0) this.#readFirst(millions);
    if (millions > 0) this.#readThree(thousands - millions * 1000);
    else if (thousands > 0) this.#readFirst(thousands);
    if (thousands > 0) this.#readThree(units - thousands * 1000);
    else this.#readFirst(units);
  }

  /** One to three digits without zeros before them. */
  #readFirst(value: number): void {
    const { advance, digits } = this.#tables;
    const count = value < 10 ? 1 : value < 100 ? 2 : 3;
    this.#register = advanceCrc(this.#register, count, advance) ^ digits[count * 1000 + value]!;
    this.#digitCount += count;
  }

  #readThree(value: number): void {
    const { advance, digits } = this.#tables;
    this.#register = advanceCrc(this.#register, 3, advance) ^ digits[3000 + value]!;
    this.#digitCount += 3;
  }

  #readZeros(count: number): void {
    const { advance, digits } = this.#tables;
    for (let i = 0; i < count; i++) this.#register = advanceCrc(this.#register, 1, advance) ^ digits[1000]!;
    this.#digitCount += count;
  }
}

function exchange(one: ChecksumSide, other: ChecksumSide): void {
  const { prices, sizes, crcs, lengths } = one;
  one.prices = other.prices;
  one.sizes = other.sizes;
  one.crcs = other.crcs;
  one.lengths = other.lengths;
  other.prices = prices;
  other.sizes = sizes;
  other.crcs = crcs;
  other.lengths = lengths;
}

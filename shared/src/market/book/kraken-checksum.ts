import { BEST_LEVELS } from './book-side.ts';
import { advanceCrc, advanceCrcFar, type CrcTables, crcTables } from './level-crc.ts';
import type { BookDigits, ReadableBook, ReadableSide } from './order-book.ts';

const SLOTS = 2048;

/**
 * Kraken's book checksum (market data spec §4.3): the best ten asks ascending, then the best ten bids descending, each level as
 * the digits of its price and size without point and leading zeros. A price in ticks and a size in lots are exactly those digits,
 * so nothing is rendered but integers. The CRC of a level's digits is kept from message to message, since few levels change;
 * that CRC depends on nothing but the digits, so one instance serves all books of a connection.
 */
export class KrakenChecksum {
  readonly #tables: CrcTables = crcTables();
  readonly #prices = new Float64Array(SLOTS);
  readonly #sizes = new Float64Array(SLOTS);
  readonly #registers = new Int32Array(SLOTS);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #zeros = new Uint8Array(SLOTS);
  readonly #digits = new Uint8Array(32);
  #register = 0;
  #length = 0;
  #priceZeros = 0;
  #sizeZeros = 0;

  /** Unsigned 32-bit checksum of the book as it is. */
  of(book: ReadableBook): number {
    const parts = new Int32Array(4);
    this.readSide(book.asks, book.digits, parts, 0);
    this.readSide(book.bids, book.digits, parts, 2);
    return this.joined(parts);
  }

  /** Writes what one side adds to the checksum, its register from 0 and its number of digits, to `parts[place]` and the next. */
  readSide(side: ReadableSide, digits: BookDigits, parts: Int32Array, place: 0 | 2): void {
    this.#priceZeros = digits.textZeros?.price ?? 0;
    this.#sizeZeros = digits.textZeros?.size ?? 0;
    const advance = this.#tables.advance;
    let register = 0;
    let length = 0;
    let at = side.firstPlace();
    for (let rank = 0; rank < BEST_LEVELS && at >= 0; rank++) {
      const slot = this.#slot(side.priceAt(at), side.sizeAt(at));
      const digitCount = this.#lengths[slot]!;
      register = advanceCrc(register, digitCount, advance) ^ this.#registers[slot]!;
      length += digitCount;
      at = side.nextPlace(at);
    }
    parts[place] = register;
    parts[place + 1] = length;
  }

  /** Checksum of the asks' part at 0 followed by the bids' part at 2. */
  joined(parts: Int32Array): number {
    const advance = this.#tables.advance;
    const asks = advanceCrcFar(-1, parts[1]!, advance) ^ parts[0]!;
    return (advanceCrcFar(asks, parts[3]!, advance) ^ parts[2]! ^ -1) >>> 0;
  }

  #slot(price: number, size: number): number {
    const slot = (price ^ (size * 31)) & (SLOTS - 1);
    const zeros = this.#priceZeros * 16 + this.#sizeZeros;
    if (this.#prices[slot] === price && this.#sizes[slot] === size && this.#zeros[slot] === zeros) return slot;
    this.#register = 0;
    this.#length = 0;
    this.#readDigits(price, this.#priceZeros);
    this.#readDigits(size, this.#sizeZeros);
    this.#prices[slot] = price;
    this.#sizes[slot] = size;
    this.#zeros[slot] = zeros;
    this.#registers[slot] = this.#register;
    this.#lengths[slot] = this.#length;
    return slot;
  }

  /** Reads the decimal digits of a positive safe integer and some zeros into the register. */
  #readDigits(units: number, zeros: number): void {
    const digits = this.#digits;
    let count = 0;
    while (count < zeros) digits[count++] = 0;
    let rest = units;
    while (rest >= 1_000_000_000) {
      const upper = Math.floor(rest / 10);
      digits[count++] = rest - upper * 10;
      rest = upper;
    }
    for (let small = rest | 0; small > 0; ) {
      const upper = (small / 10) | 0;
      digits[count++] = small - upper * 10;
      small = upper;
    }
    this.#readBackwards(digits, count);
  }

  #readBackwards(digits: Uint8Array, count: number): void {
    const byte = this.#tables.byte;
    let register = this.#register;
    for (let i = count - 1; i >= 0; i--) register = (register >>> 8) ^ byte[(register ^ (digits[i]! + 48)) & 255]!;
    this.#register = register;
    this.#length += count;
  }
}

import { BEST_LEVELS, type BookSide } from './book-side.ts';
import { type ChecksumKernel, checksumKernel, checksumKernelOver, KERNEL_SIDES, sideAt } from './checksum/checksum-kernel.ts';
import type { BookMemory } from './kernel/book-memory.ts';
import type { BookDigits, OrderBook, ReadableBook } from './order-book.ts';

/** The best ten levels of one side as they were last read, in the kernel's memory beside what they add to the checksum. */
export interface ChecksumSide {
  readonly kernel: ChecksumKernel;
  readonly at: number;
  readonly prices: Float64Array;
  readonly sizes: Float64Array;
  count: number;
  /** 16 × the zeros behind the digits of a price, plus those behind the digits of a size, as they were. */
  zeros: number;
}

/** What the checksum of one book remembers. */
export interface ChecksumBook {
  readonly asks: ChecksumSide;
  readonly bids: ChecksumSide;
}

const READ_LEVELS_AT = 256;
const READ_LEVELS_FLOATS = 64 * 3;

/**
 * Kraken's book checksum (market data spec §4.3): the best ten asks ascending, then the best ten bids descending, each level as
 * the digits of its price and size without point and leading zeros. A price in ticks and a size in lots are exactly those digits,
 * so nothing is rendered but integers. A message costs the digits of the levels that it changed and one step for each level from
 * the first of them on. One instance serves all books of a connection; what it knows of each lies in its `ChecksumBook`.
 */
export class KrakenChecksum {
  /** Over a memory of its own, for books that lie in none. */
  #kernel: ChecksumKernel | undefined;
  #sides = 0;
  #spare: ChecksumBook | undefined;
  /** Over the memory of a connection. */
  #shared: ChecksumKernel | undefined;

  /** Room for one more book; for one in a memory it lies there too. */
  newBook(book: OrderBook | null = null): ChecksumBook {
    const asks = book?.asks.room;
    const bids = book?.bids.room;
    if (asks !== undefined && bids !== undefined && asks.memory !== null && asks.memory === bids.memory) {
      const kernel = this.#kernelOver(asks.memory);
      return { asks: newSide(kernel, asks.checksumAt), bids: newSide(kernel, bids.checksumAt) };
    }
    if (this.#kernel === undefined || this.#sides === KERNEL_SIDES) {
      this.#kernel = checksumKernel();
      this.#sides = 0;
    }
    this.#sides += 2;
    return { asks: newSide(this.#kernel, sideAt(this.#sides - 2)), bids: newSide(this.#kernel, sideAt(this.#sides - 1)) };
  }

  /** Unsigned 32-bit checksum of any book as it is. */
  of({ asks, bids, digits }: ReadableBook): number {
    this.#spare ??= this.newBook();
    const known = this.#spare;
    known.asks.count = asks.readBest(known.asks.prices, known.asks.sizes);
    known.bids.count = bids.readBest(known.bids.prices, known.bids.sizes);
    readLevels(known.asks, 0, digits);
    readLevels(known.bids, 0, digits);
    return joined(known);
  }

  /** The same for the book that `known` is kept for; its sides from now on watch whether their best ten change. */
  next(asks: BookSide, bids: BookSide, digits: BookDigits, known: ChecksumBook): number {
    if (asks.bestChanged) takeSide(asks, digits, known.asks);
    if (bids.bestChanged) takeSide(bids, digits, known.bids);
    return joined(known);
  }

  #kernelOver(memory: BookMemory): ChecksumKernel {
    if (this.#shared?.memory !== memory.buffer) this.#shared = checksumKernelOver(memory.memory);
    return this.#shared;
  }
}

function newSide(kernel: ChecksumKernel, at: number): ChecksumSide {
  const prices = new Float64Array(kernel.memory, at, BEST_LEVELS);
  const sizes = new Float64Array(kernel.memory, at + 8 * BEST_LEVELS, BEST_LEVELS);
  return { kernel, at, prices, sizes, count: 0, zeros: 0 };
}

function takeSide(side: BookSide, digits: BookDigits, known: ChecksumSide): void {
  if (digits.textZeros === undefined && known.zeros === 0 && side.takeBestWith(known)) return;
  const from = side.firstChanged(known.prices, known.count);
  known.count = side.takeBest(from, known.prices, known.sizes);
  readLevels(known, from, digits);
}

/** The levels from rank `from` on stand there anew. */
function readLevels(side: ChecksumSide, from: number, { textZeros }: BookDigits): void {
  const zeros = textZeros === undefined ? 0 : textZeros.price * 16 + textZeros.size;
  if (zeros !== side.zeros) forgetLevels(side);
  side.kernel.read(side.at, zeros === side.zeros ? from : 0, side.count, zeros);
  side.zeros = zeros;
}

/** The kernel knows the CRCs of levels by price and size: with other zeros behind these they are others. */
function forgetLevels({ kernel, at }: ChecksumSide): void {
  new Float64Array(kernel.memory, at + READ_LEVELS_AT, READ_LEVELS_FLOATS).fill(0);
}

/** Checksum of the asks followed by the bids. */
function joined({ asks, bids }: ChecksumBook): number {
  return asks.kernel.joined(asks.at, asks.count, bids.at, bids.count) >>> 0;
}

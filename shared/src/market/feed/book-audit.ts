import { POWERS_OF_TEN } from '../book/decimal-units.ts';
import type { LevelList } from '../book/level-list.ts';
import type { ReadableBook, ReadableSide } from '../book/order-book.ts';
import type { BookFrame } from '../venues/book-frame.ts';

/** Changes are watched this long before the REST book is asked for: it may come from a cache. */
const WATCH_MS = 5_000;
/** A difference is looked at again after this. */
const RECHECK_MS = 10_000;
/** Where there was no REST book: a venue in trouble is when a wrong book is likeliest, and must not wait for the next turn. */
const MISSED_MS = 60_000;

interface Watch {
  dueMs: number;
  phase: 'waiting' | 'watching' | 'asked';
  /** Signed prices (bids negative) that changed while watching: they prove nothing. */
  readonly touched: Set<number>;
  /** Signed prices that differed last time and did not change since. */
  suspects: ReadonlySet<number>;
}

/**
 * Compares live books with the venue's REST book where the stream cannot prove them whole: below the checksum's ten levels, and
 * where a digit was flipped on a venue that only counts messages (market data spec §4.2, §10). A level counts only if it did not
 * change around the question, and only a difference that two comparisons in a row see is believed.
 */
export class BookAudit {
  /** Comparisons made, and books they proved wrong. */
  compared = 0;
  refuted = 0;
  readonly #watches: Watch[];
  readonly #everyMs: number;

  constructor(books: number, everyMs: number, nowMs: number) {
    this.#everyMs = everyMs;
    // Spread over the period, so that a connection's books do not ask all at once.
    this.#watches = Array.from({ length: books }, (_, index) => {
      return {
        dueMs: nowMs + Math.floor((everyMs * (index + 1)) / books),
        phase: 'waiting',
        touched: new Set(),
        suspects: new Set(),
      };
    });
  }

  /** Moves on with time: the instrument whose REST book is to be asked for now, −1 for none. At most one a call. */
  next(nowMs: number): number {
    for (const [index, watch] of this.#watches.entries()) {
      if (nowMs < watch.dueMs) continue;
      if (watch.phase === 'waiting') {
        watch.phase = 'watching';
        watch.dueMs = nowMs + WATCH_MS;
        watch.touched.clear();
      } else if (watch.phase === 'watching') {
        watch.phase = 'asked';
        watch.dueMs = Number.POSITIVE_INFINITY;
        return index;
      }
    }
    return -1;
  }

  /** A book message was applied. */
  touched(index: number, frame: BookFrame): void {
    const watch = this.#watches[index]!;
    if (watch.phase === 'waiting' && watch.suspects.size === 0) return;
    note(watch, frame.bids, -1);
    note(watch, frame.asks, 1);
  }

  /** The REST book could not be had: try again soon. What differed and did not change since is still to be looked at again. */
  missed(index: number, nowMs: number): void {
    const watch = this.#watches[index]!;
    watch.phase = 'waiting';
    watch.dueMs = nowMs + Math.min(MISSED_MS, this.#everyMs);
  }

  /**
   * True when the live book is proven wrong. `book` is null when it is not live any more; `sizeTolerance` in whole units of the
   * instrument allows for a REST book that cuts digits.
   */
  compare(index: number, book: ReadableBook | null, rest: BookFrame, toleratedDecimals: number | null, nowMs: number): boolean {
    const watch = this.#watches[index]!;
    if (watch.phase !== 'asked' || book === null) {
      this.#rest(watch, nowMs, new Set());
      return false;
    }
    this.compared += 1;
    const { sizeDecimals } = book.digits;
    const cut =
      toleratedDecimals === null || toleratedDecimals >= sizeDecimals ? 0 : POWERS_OF_TEN[sizeDecimals - toleratedDecimals]!;
    const differing = [
      ...differences(book.bids, rest.bids, -1, cut, watch.touched),
      ...differences(book.asks, rest.asks, 1, cut, watch.touched),
    ];
    const confirmed = differing.some((price) => watch.suspects.has(price));
    if (confirmed) this.refuted += 1;
    this.#rest(watch, nowMs, confirmed ? new Set() : new Set(differing));
    return confirmed;
  }

  #rest(watch: Watch, nowMs: number, suspects: ReadonlySet<number>): void {
    watch.phase = 'waiting';
    watch.suspects = suspects;
    watch.dueMs = nowMs + (suspects.size > 0 ? RECHECK_MS : this.#everyMs);
  }
}

function note(watch: Watch, levels: LevelList, sign: 1 | -1): void {
  for (let i = 0; i < levels.count; i++) {
    const price = sign * levels.prices[i]!;
    watch.touched.add(price);
    if (watch.suspects.has(price)) watch.suspects = new Set([...watch.suspects].filter((suspect) => suspect !== price));
  }
}

/** Signed prices of levels that both books must agree on and do not. */
function differences(
  side: ReadableSide,
  rest: LevelList,
  sign: 1 | -1,
  cut: number,
  touched: ReadonlySet<number>,
): readonly number[] {
  const stated = new Map<number, number>();
  let edge = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rest.count; i++) {
    stated.set(rest.prices[i]!, rest.sizes[i]!);
    edge = Math.max(edge, sign * rest.prices[i]!);
  }
  const found: number[] = [];
  const ourEdge = side.length === 0 ? Number.NEGATIVE_INFINITY : sign * side.worstPrice;
  for (const [price, size] of stated) {
    if (sign * price > ourEdge || touched.has(sign * price)) continue;
    const difference = Math.abs(side.sizeOf(price) - size);
    if (cut === 0 ? difference > 0 : difference >= cut) found.push(sign * price);
  }
  for (let at = side.firstPlace(); at >= 0 && sign * side.priceAt(at) <= edge; at = side.nextPlace(at)) {
    const price = side.priceAt(at);
    // A level of less than the REST book's last digit may be missing there.
    if (!stated.has(price) && !touched.has(sign * price) && side.sizeAt(at) > cut) found.push(sign * price);
  }
  return found;
}

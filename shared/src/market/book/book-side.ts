import { shiftUnits } from './decimal-units.ts';
import { BANDS, type BookMemory, type BookRoom, ownRoom, WIDEST_WINDOW } from './kernel/book-memory.ts';
import type { ChecksumSide } from './kraken-checksum.ts';
import type { LevelList } from './level-list.ts';
import { notionalCents } from './notional.ts';
import { SortedLevels } from './sorted-levels.ts';
import { TickWindow } from './tick-window.ts';

/** Levels that `takeBest` watches: as many as any checksum covers. */
export const BEST_LEVELS = 10;
/** Ticks of the window: a few times the levels that are kept, and no more than fits the processor's first cache. */
const TICKS_PER_LEVEL = 8;
const LEAST_WINDOW = 128;
/** A new band is kept for an edge that is farther from all others than this part of its own distance from the best price. */
const NEAR_PART = 4;
/** Below every key: all changes concern the best ten where there are fewer. */
const NO_TENTH = -Number.MAX_VALUE;
/** Changes of a message from which on the kernel is faster. */
const LEAST_FOR_KERNEL = 4;
/** Places from here on are offsets in the window. */
const WINDOW_PLACES = 2 ** 24;

/**
 * One side of a book. Keys are the price for bids and its negative for asks, so that the best level is the highest key of both.
 * The levels near the best one, which most changes are about, lie in a window with a place for every tick; those behind it in
 * sorted columns. The window follows the best level; whenever there are levels, the best one is in it. Nothing is allocated
 * except when a column must grow.
 */
export class BookSide {
  readonly #sign: 1 | -1;
  readonly room: BookRoom;
  readonly #window: TickWindow;
  /** Levels below the window. */
  readonly #far: SortedLevels;
  /** Offset of the best level, −1 when the side is empty. */
  #best = -1;
  #live = 0;
  /** Key of the tenth best level when `takeBest` looked; changes at or above it concern the best ten. */
  #tenthKey = NO_TENTH;
  /** Highest key that was changed since then. */
  #changedKey = Number.POSITIVE_INFINITY;
  #unitsPerCent: number;
  /** Outermost keys of the bands that are kept and their sums; +∞ for none. */
  readonly #bandKeys: Float64Array;
  readonly #bandCents: Float64Array;
  #widestKey = Number.POSITIVE_INFINITY;

  /** With a memory, changes that lie in it are taken by its kernel. */
  constructor(side: 'bid' | 'ask', depth: number, centUnits: number, memory: BookMemory | null) {
    const width = windowWidth(depth);
    this.#sign = side === 'bid' ? 1 : -1;
    this.room = memory?.takeRoom(width) ?? ownRoom(width);
    this.#window = new TickWindow(width, this.room);
    this.#far = new SortedLevels(depth);
    this.#bandKeys = this.room.bandKeys.fill(Number.POSITIVE_INFINITY);
    this.#bandCents = this.room.bandCents;
    this.#unitsPerCent = centUnits;
  }

  get length(): number {
    return this.#live;
  }

  /** Price of the best level in ticks; NaN when the side is empty. */
  get bestPrice(): number {
    return this.#live > 0 ? (this.#window.base + this.#best) * this.#sign : Number.NaN;
  }

  /** Size of the best level in lots; NaN when the side is empty. */
  get bestSize(): number {
    return this.#live > 0 ? this.#window.sizeAt(this.#best) : Number.NaN;
  }

  /** Price of the outermost level in ticks; NaN when the side is empty. */
  get worstPrice(): number {
    return this.#live > 0 ? this.#lowestKey() * this.#sign : Number.NaN;
  }

  /** Place of the best level, −1 when the side is empty. Places are good until the next change. */
  firstPlace(): number {
    return this.#live > 0 ? WINDOW_PLACES + this.#best : -1;
  }

  /** Place of the level behind a place, −1 after the last. */
  nextPlace(place: number): number {
    if (place < WINDOW_PLACES) return this.#far.placeBelow(place);
    const offset = this.#window.below(place - WINDOW_PLACES);
    return offset >= 0 ? WINDOW_PLACES + offset : this.#far.placeBelow(WINDOW_PLACES);
  }

  /** Price in ticks at a place. */
  priceAt(place: number): number {
    return this.#keyAt(place) * this.#sign;
  }

  /** Size in lots at a place. */
  sizeAt(place: number): number {
    return place < WINDOW_PLACES ? this.#far.sizeAt(place) : this.#window.sizeAt(place - WINDOW_PLACES);
  }

  /** Size in lots at a price, 0 when there is no such level. */
  sizeOf(price: number): number {
    const key = price * this.#sign;
    const offset = key - this.#window.base;
    if (offset < 0) return this.#far.sizeOf(key);
    return offset < this.#window.width ? this.#window.sizeAt(offset) : 0;
  }

  /** Takes all changes of a message in their order; returns how many deletions there were of levels that are not there. */
  apply(changes: LevelList): number {
    const { memory } = this.room;
    const isInMemory = memory !== null && changes.memory === memory && changes.count >= LEAST_FOR_KERNEL;
    return isInMemory ? this.#applyInMemory(memory, changes) : this.#applyEach(changes);
  }

  #applyEach({ prices, sizes, count }: LevelList): number {
    const sign = this.#sign;
    const window = this.#window;
    let absent = 0;
    for (let i = 0; i < count; i++) {
      const price = prices[i]!;
      const size = sizes[i]!;
      const key = price * sign;
      // A level near the best one that gets another size: most changes are that.
      if (window.resize(key - window.base, size)) {
        if (key > this.#changedKey) this.#changedKey = key;
        if (key >= this.#widestKey) this.#countInBands(key, window.replaced, size);
      } else if (!this.set(price, size)) absent += 1;
    }
    return absent;
  }

  /** The kernel takes what is inside the window, up to a change that moves it, and goes on behind that. */
  #applyInMemory(memory: BookMemory, changes: LevelList): number {
    const { prices, sizes, count, at } = changes;
    let absent = 0;
    for (let i = 0; i < count; i++) {
      i = this.#runKernel(memory, at, i, count);
      absent += memory.out[2]!;
      if (memory.out[4]! > 0) absent += this.#applyFar(memory, changes);
      if (i < count && !this.set(prices[i]!, sizes[i]!)) absent += 1;
    }
    return absent;
  }

  /** The changes that the kernel found below the window. */
  #applyFar({ out, outFar }: BookMemory, { prices, sizes }: LevelList): number {
    const sign = this.#sign;
    const far = this.#far;
    const before = far.length;
    const count = out[4]!;
    let absent = 0;
    for (let place = 0; place < count; place++) {
      const i = outFar[place]!;
      const key = prices[i]! * sign;
      const size = sizes[i]!;
      const known = far.put(key, size);
      if (known === 0 && size === 0) absent += 1;
      if (key > this.#changedKey) this.#changedKey = key;
      if (key >= this.#widestKey) this.#countInBands(key, known, size);
    }
    this.#live += far.length - before;
    return absent;
  }

  #runKernel(memory: BookMemory, prices: number, from: number, count: number): number {
    const window = this.#window;
    const { out, keys } = memory;
    this.#handOver(memory);
    keys[3] = this.#widestKey;
    keys[4] = this.#unitsPerCent;
    const taken = memory.apply(this.room.at, window.width, this.#best, window.lowWord, prices, from, count, memory.outAt);
    this.#best = out[0]!;
    this.#live += out[1]!;
    window.lowWord = out[3]!;
    this.#changedKey = keys[0]!;
    return taken;
  }

  #handOver({ keys }: BookMemory): void {
    keys[0] = this.#changedKey;
    keys[1] = this.#window.base;
    keys[2] = this.#sign;
  }

  /** Sets the absolute size of a price, 0 deletes. False when a level was to be deleted that is not there. */
  set(price: number, size: number): boolean {
    const key = price * this.#sign;
    const window = this.#window;
    let offset = key - window.base;
    if (offset >= window.width || this.#live === 0) {
      if (size === 0) return false;
      this.#follow(key);
      offset = key - window.base;
    }
    const before = offset >= 0 ? window.put(offset, size) : this.#far.put(key, size);
    if (before === size && size === 0) return false;
    if (key > this.#changedKey) this.#changedKey = key;
    if (key >= this.#widestKey) this.#countInBands(key, before, size);
    if (before === 0) {
      this.#live += 1;
      if (offset > this.#best) this.#best = offset;
    } else if (size === 0) {
      this.#live -= 1;
      if (offset === this.#best) this.#findBest(offset);
    }
    return true;
  }

  /** Whether the best ten levels may have changed since `takeBest`. */
  get bestChanged(): boolean {
    return this.#changedKey >= this.#tenthKey;
  }

  /** How many of the best levels that `takeBest` gave, `prices` of `count`, no change since then concerns. */
  firstChanged(prices: Float64Array, count: number): number {
    const changed = this.#changedKey;
    let rank = 0;
    while (rank < count && prices[rank]! * this.#sign > changed) rank += 1;
    return rank;
  }

  /** Copies price and size of the best ten levels, best first; returns how many there are. */
  readBest(prices: Float64Array, sizes: Float64Array): number {
    return this.#readFrom(0, prices, sizes);
  }

  /** The same, and watches for changes of them from then on. The first `from` stand there already. */
  takeBest(from: number, prices: Float64Array, sizes: Float64Array): number {
    const count = this.#readFrom(from, prices, sizes);
    this.#watch(count, prices);
    return count;
  }

  /** The same by a kernel that works on this side's memory; false, with nothing done, where that cannot be. */
  takeBestWith(known: ChecksumSide): boolean {
    const { kernel, at, prices, sizes, count } = known;
    const { memory, wordsAt } = this.room;
    if (memory === null || kernel.memory !== memory.buffer || this.#best < 0) return false;
    this.#handOver(memory);
    const { width, lowWord } = this.#window;
    const taken = kernel.take(at, wordsAt, width, lowWord, this.#best, count, memory.outAt);
    known.count = taken >> 4;
    if (known.count < BEST_LEVELS) {
      known.count = this.#readFar(known.count, prices, sizes);
      kernel.read(at, taken & 15, known.count, 0);
    }
    this.#watch(known.count, prices);
    return true;
  }

  #watch(count: number, prices: Float64Array): void {
    this.#tenthKey = count < BEST_LEVELS ? NO_TENTH : prices[BEST_LEVELS - 1]! * this.#sign;
    this.#changedKey = Number.NEGATIVE_INFINITY;
  }

  #readFrom(from: number, prices: Float64Array, sizes: Float64Array): number {
    const sign = this.#sign;
    const window = this.#window;
    // Offset behind which the levels of the next ranks lie.
    const behind = from === 0 ? window.width : Math.max(0, prices[from - 1]! * sign - window.base);
    const count = window.readBelow(behind, from, BEST_LEVELS, sign, prices, sizes);
    return this.#readFar(count, prices, sizes);
  }

  /** Copies what is behind the window as well, where the `from` best levels are fewer than ten. */
  #readFar(from: number, prices: Float64Array, sizes: Float64Array): number {
    const far = this.#far;
    const sign = this.#sign;
    if (from === BEST_LEVELS || far.length === 0) return from;
    const { base } = this.#window;
    let count = from;
    const last = count > 0 ? prices[count - 1]! * sign : base;
    let at = far.placeBelow(last < base ? far.find(last) : WINDOW_PLACES);
    for (; at >= 0 && count < BEST_LEVELS; at = far.placeBelow(at)) {
      prices[count] = far.keyAt(at) * sign;
      sizes[count] = far.sizeAt(at);
      count += 1;
    }
    return count;
  }

  /** Drops the worst levels until at most `depth` are left. */
  prune(depth: number): void {
    while (this.#live > depth) this.set(this.#lowestKey() * this.#sign, 0);
  }

  clear(): void {
    this.#far.clear();
    if (this.#live > 0) this.#window.clear();
    this.#best = -1;
    this.#live = 0;
    this.#forget();
  }

  /**
   * Notional in hundredths of the quote currency of all levels from the best to `edgePrice` inclusive; NaN for one that is no safe
   * integer. The sums of a few bands are kept up to date by every change; a call walks only the levels that its band's edge passes
   * since the last one.
   */
  centsWithin(edgePrice: number): number {
    const edge = edgePrice * this.#sign;
    const band = this.#bandOf(edge);
    const moved = edge - this.#bandKeys[band]!;
    if (moved === 0) return this.#bandCents[band]!;
    const passed = moved < 0 ? this.#centsBetween(edge, this.#bandKeys[band]!) : -this.#centsBetween(this.#bandKeys[band]!, edge);
    const isKept = this.#keepBand(band, edge, this.#bandCents[band]! + passed);
    this.#widestKey = Math.min(...this.#bandKeys);
    return isKept ? this.#bandCents[band]! : Number.NaN;
  }

  /** Keeps the sum of a band, or gives the band up where the sum may not be exact: worths are never negative, so that each was. */
  #keepBand(band: number, key: number, cents: number): boolean {
    const isExact = cents <= Number.MAX_SAFE_INTEGER;
    this.#bandKeys[band] = isExact ? key : Number.POSITIVE_INFINITY;
    this.#bandCents[band] = isExact ? cents : 0;
    return isExact;
  }

  /** Moves all numbers to other digits. False, half done, when one no longer fits a safe integer. */
  rescale(priceFactor: number, sizeShift: number, centUnits: number): boolean {
    const known: [price: number, size: number][] = [];
    for (let at = this.firstPlace(); at >= 0; at = this.nextPlace(at)) {
      known.push([Math.round(this.priceAt(at) * priceFactor), shiftUnits(this.sizeAt(at), sizeShift)]);
    }
    this.clear();
    this.#unitsPerCent = centUnits;
    const fits = known.every(([price, size]) => Math.max(price, size) <= Number.MAX_SAFE_INTEGER);
    if (fits) for (const [price, size] of known) this.set(price, size);
    return fits;
  }

  #keyAt(place: number): number {
    return place < WINDOW_PLACES ? this.#far.keyAt(place) : this.#window.base + (place - WINDOW_PLACES);
  }

  #lowestKey(): number {
    return this.#far.length > 0 ? this.#far.lowestKey : this.#window.base + this.#window.lowest();
  }

  /** The best level, at `offset`, was deleted: the next one is best. Once it is low in the window, the window moves. */
  #findBest(offset: number): void {
    const window = this.#window;
    this.#best = window.below(offset);
    if (this.#far.length === 0 || this.#best >= window.width >> 2) return;
    this.#follow(this.#best >= 0 ? window.base + this.#best : this.#far.highestKey);
  }

  /** Moves the window so that `key` has a quarter of it above. Levels change between the window and the columns as it passes them. */
  #follow(key: number): void {
    const window = this.#window;
    const before = window.base;
    const base = key - window.width + (window.width >> 2);
    if (this.#live === 0) window.base = base;
    else if (base > before) this.#moveUp(base);
    else this.#moveDown(base);
    this.#best = this.#best < 0 ? -1 : this.#best + before - base;
    if (this.#best < 0) this.#best = window.below(window.width);
  }

  #moveUp(base: number): void {
    const window = this.#window;
    const by = base - window.base;
    for (let offset = window.lowest(); offset >= 0 && offset <= this.#best; offset = window.above(offset)) {
      const size = window.put(offset, 0);
      if (offset < by) this.#far.put(window.base + offset, size);
      else window.put(offset - by, size);
    }
    window.base = base;
  }

  #moveDown(base: number): void {
    const window = this.#window;
    const by = window.base - base;
    for (let offset = window.below(window.width); offset >= 0; offset = window.below(offset)) {
      window.put(offset + by, window.put(offset, 0));
    }
    window.base = base;
    for (let key = this.#far.highestKey; key >= base; key = this.#far.highestKey) {
      window.put(key - base, this.#far.put(key, 0));
    }
  }

  #countInBands(key: number, before: number, after: number): void {
    const scale = this.#unitsPerCent;
    const price = key * this.#sign;
    const cents = notionalCents(price, after, scale) - notionalCents(price, before, scale);
    for (let band = 0; band < BANDS; band++) {
      const bandKey = this.#bandKeys[band]!;
      if (key >= bandKey) this.#keepBand(band, bandKey, this.#bandCents[band]! + cents);
    }
  }

  /** The band whose edge is nearest; one not yet in use when none is near. */
  #bandOf(edge: number): number {
    const width = this.#live > 0 ? Math.abs(this.#window.base + this.#best - edge) : 0;
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let band = 0; band < BANDS; band++) {
      const key = this.#bandKeys[band]!;
      const apart = key === Number.POSITIVE_INFINITY ? width / NEAR_PART : Math.abs(key - edge);
      if (nearest >= 0 && apart >= least) continue;
      nearest = band;
      least = apart;
    }
    return nearest;
  }

  /** Notional of the levels from key `from` to below key `to`. */
  #centsBetween(from: number, to: number): number {
    const window = this.#window;
    const scale = this.#unitsPerCent;
    let cents = 0;
    const top = Math.min(to - window.base, window.width);
    for (
      let offset = top > 0 ? window.below(top) : -1;
      offset >= 0 && window.base + offset >= from;
      offset = window.below(offset)
    ) {
      cents += notionalCents((window.base + offset) * this.#sign, window.sizeAt(offset), scale);
    }
    if (from >= window.base || this.#far.length === 0) return cents;
    const end = this.#far.find(Math.min(to, window.base));
    for (let at = this.#far.find(from); at < end; at++) {
      cents += notionalCents(this.#far.keyAt(at) * this.#sign, this.#far.sizeAt(at), scale);
    }
    return cents;
  }

  #forget(): void {
    this.#tenthKey = NO_TENTH;
    this.#changedKey = Number.POSITIVE_INFINITY;
    this.#bandKeys.fill(Number.POSITIVE_INFINITY);
    this.#bandCents.fill(0);
    this.#widestKey = Number.POSITIVE_INFINITY;
  }
}

function windowWidth(depth: number): number {
  let width = LEAST_WINDOW;
  while (width < WIDEST_WINDOW && width < depth * TICKS_PER_LEVEL) width *= 2;
  return width;
}

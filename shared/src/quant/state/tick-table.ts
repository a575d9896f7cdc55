import type { StateArena } from './state-arena.ts';

/**
 * One value per row and tick. The values of one tick are a page, found again by the tick's number; a tick that was skipped or is too
 * long ago has none.
 */
export class TickTable {
  /** Tick of each page. */
  readonly #ticks: Float64Array;
  readonly #values: Float64Array;
  readonly #rows: number;

  constructor(arena: StateArena, rows: number, ticks: number) {
    this.#rows = rows;
    this.#ticks = arena.take(ticks, -1);
    this.#values = arena.take(rows * ticks, Number.NaN);
  }

  /** Begins the page of a tick; every row must be put on it. */
  open(tick: number): number {
    const page = tick % this.#ticks.length;
    this.#ticks[page] = tick;
    return page * this.#rows;
  }

  /** Page of an earlier tick, −1 for none. */
  pageOf(tick: number): number {
    const page = tick % this.#ticks.length;
    return this.#ticks[page] === tick ? page * this.#rows : -1;
  }

  put(page: number, row: number, value: number): void {
    this.#values[page + row] = value;
  }

  at(page: number, row: number): number {
    return page < 0 ? Number.NaN : this.#values[page + row]!;
  }
}

/** A value at every recent tick and whom it was of: a change counts only between values of the same venues. */
export class OwnedTable {
  readonly #values: TickTable;
  readonly #owners: TickTable;

  constructor(arena: StateArena, rows: number, ticks: number) {
    this.#values = new TickTable(arena, rows, ticks);
    this.#owners = new TickTable(arena, rows, ticks);
  }

  open(tick: number): number {
    this.#values.open(tick);
    return this.#owners.open(tick);
  }

  pageOf(tick: number): number {
    return this.#owners.pageOf(tick);
  }

  put(page: number, row: number, value: number, owner: number): void {
    this.#values.put(page, row, value);
    this.#owners.put(page, row, owner);
  }

  /** Value on a page when it was of the same owner, else NaN. */
  at(page: number, row: number, owner: number): number {
    return this.#owners.at(page, row) === owner ? this.#values.at(page, row) : Number.NaN;
  }
}

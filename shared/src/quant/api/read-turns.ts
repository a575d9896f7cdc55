/** Reads of megabytes that run at a time: each takes turns with everything else, and all of them together leave it room. */
const AT_ONCE = 2;

/** Reads that wait for a turn; more are refused. */
const MOST_WAITING = 16;

/** Lets long reads run two at a time, the others in the order in which they came. */
export class ReadTurns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** What `read` gives, once it had its turn; undefined, and no read, when too many wait already. */
  async run<T>(read: () => Promise<T>): Promise<T | undefined> {
    if (this.#running === AT_ONCE && this.#waiting.length === MOST_WAITING) return undefined;
    if (this.#running < AT_ONCE) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await read();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

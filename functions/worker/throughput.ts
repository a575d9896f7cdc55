const SECOND_MS = 1_000;

/** Events a second over the last minute, by stream. */
export class Throughput {
  readonly #seconds = new Map<string, { readonly counts: Uint32Array; lastS: number; firstS: number }>();
  readonly #windowS: number;

  constructor(windowS = 60) {
    this.#windowS = windowS;
  }

  count(stream: string, atMs: number, events = 1): void {
    const atS = Math.floor(atMs / SECOND_MS);
    const known = this.#seconds.get(stream);
    const own = known ?? { counts: new Uint32Array(this.#windowS), lastS: atS, firstS: atS };
    if (known === undefined) this.#seconds.set(stream, own);
    this.#passTo(own, atS);
    // A clock that was set back counts in the present second.
    own.counts[own.lastS % this.#windowS]! += events;
  }

  /** By stream, whole seconds that are over; a stream that is younger than the window is judged by its own age. */
  rates(nowMs: number): ReadonlyMap<string, number> {
    const nowS = Math.floor(nowMs / SECOND_MS);
    const rates = new Map<string, number>();
    for (const [stream, own] of this.#seconds) {
      this.#passTo(own, nowS);
      const sum = own.counts.reduce((total, count) => total + count, 0) - own.counts[own.lastS % this.#windowS]!;
      const spanS = Math.min(this.#windowS - 1, Math.max(1, own.lastS - own.firstS));
      rates.set(stream, sum / spanS);
    }
    return rates;
  }

  /** Empties the seconds in which nothing came. */
  #passTo(own: { readonly counts: Uint32Array; lastS: number }, nowS: number): void {
    if (nowS - own.lastS >= this.#windowS) own.counts.fill(0);
    else for (let s = own.lastS + 1; s <= nowS; s++) own.counts[s % this.#windowS] = 0;
    own.lastS = Math.max(own.lastS, nowS);
  }
}

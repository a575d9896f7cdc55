/** Wall times of pieces of work that are done several times over: each counts with the shortest. */
export class Stopwatch {
  readonly #shortestMs: number[] = [];

  /** Does a piece of work, known by its number, and returns its result. */
  run<T>(piece: number, work: () => T): T {
    const start = process.hrtime.bigint();
    const value = work();
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    this.#shortestMs[piece] = Math.min(ms, this.#shortestMs[piece] ?? ms);
    return value;
  }

  get sumMs(): number {
    return this.#shortestMs.reduce((sum, ms) => sum + ms, 0);
  }

  /** Milliseconds that a share of the pieces did not exceed. */
  at(share: number): number {
    const sorted = this.#shortestMs.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * share)]!;
  }

  get line(): string {
    const [best, p50, p99, most] = [0, 0.5, 0.99, 1].map((share) => this.at(share).toFixed(2));
    return `best ${best}  p50 ${p50}  p99 ${p99}  max ${most} ms`;
  }
}

/** Wall times of one kind of work. */
export class Stopwatch {
  readonly #walls: number[] = [];

  /** Does the same work for each of several and counts the shortest time; returns the last result. */
  shortestOf<S, T>(subjects: readonly S[], work: (subject: S) => T): T {
    let shortest = Number.POSITIVE_INFINITY;
    let value: T | undefined;
    for (const subject of subjects) {
      const start = process.hrtime.bigint();
      value = work(subject);
      shortest = Math.min(shortest, Number(process.hrtime.bigint() - start) / 1e6);
    }
    this.#walls.push(shortest);
    return value as T;
  }

  get sumMs(): number {
    return this.#walls.reduce((sum, wall) => sum + wall, 0);
  }

  /** Milliseconds that a share of the runs did not exceed. */
  at(share: number): number {
    const sorted = this.#walls.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * share)]!;
  }

  get line(): string {
    const [best, p50, p99, most] = [0, 0.5, 0.99, 1].map((share) => this.at(share).toFixed(2));
    return `best ${best}  p50 ${p50}  p99 ${p99}  max ${most} ms`;
  }
}

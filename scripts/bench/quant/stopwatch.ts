/**
 * Wall times of pieces of work that are done several times over: each counts with the shortest. Beside them all times as they were,
 * and how long the processor worked on one.
 */
export class Stopwatch {
  readonly #shortestMs: number[] = [];
  readonly #wallMs: number[] = [];
  #cpuMs = 0;

  /** Does a piece of work, known by its number, and returns its result. */
  run<T>(piece: number, work: () => T): T {
    const before = process.threadCpuUsage();
    const start = process.hrtime.bigint();
    const value = work();
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    const { user, system } = process.threadCpuUsage(before);
    this.#shortestMs[piece] = Math.min(ms, this.#shortestMs[piece] ?? ms);
    this.#wallMs.push(ms);
    this.#cpuMs += (user + system) / 1000;
    return value;
  }

  get sumMs(): number {
    return this.#shortestMs.reduce((sum, ms) => sum + ms, 0);
  }

  /** Milliseconds that a share of the pieces did not exceed; of those whose number is wanted. */
  at(share: number, isWanted: (piece: number) => boolean = () => true): number {
    return quantile(
      this.#shortestMs.filter((_, piece) => isWanted(piece)),
      share,
    );
  }

  /** All rounds as they were, whoever else worked on the machine. Processor time has a mean only: the system counts it in coarse steps. */
  get livedLine(): string {
    const [p50, p99] = [0.5, 0.99].map((share) => quantile(this.#wallMs, share).toFixed(2));
    return `p50 ${p50}  p99 ${p99} ms; processor time ${(this.#cpuMs / this.#wallMs.length).toFixed(2)} ms in the mean`;
  }

  get line(): string {
    const [best, p50, p99, most] = [0, 0.5, 0.99, 1].map((share) => this.at(share).toFixed(2));
    return `best ${best}  p50 ${p50}  p99 ${p99}  max ${most} ms`;
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

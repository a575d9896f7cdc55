/** Wall and CPU of one kind of work over all its runs. */
export class Stopwatch {
  readonly walls: number[] = [];
  cpuMs = 0;

  time<T>(work: () => T): T {
    const cpu = process.threadCpuUsage();
    const start = process.hrtime.bigint();
    const value = work();
    this.walls.push(Number(process.hrtime.bigint() - start) / 1e6);
    const { user, system } = process.threadCpuUsage(cpu);
    this.cpuMs += (user + system) / 1000;
    return value;
  }

  get line(): string {
    const sorted = this.walls.toSorted((a, b) => a - b);
    const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(2);
    return `wall best ${at(0)}  p50 ${at(0.5)}  p99 ${at(0.99)} ms, mean CPU ${(this.cpuMs / sorted.length).toFixed(2)} ms`;
  }
}

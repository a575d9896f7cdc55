import { performance } from 'node:perf_hooks';

export interface Measured<T> {
  readonly value: T;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Runs work once and measures the process's CPU time (user + system) and the wall time it took. */
export async function measured<T>(work: () => T | Promise<T>): Promise<Measured<T>> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const wallMs = performance.now() - start;
  const used = process.cpuUsage(cpu);
  return { value, cpuMs: (used.user + used.system) / 1000, wallMs };
}

/** Highest resident memory of this process so far, MB. */
export function peakMemoryMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

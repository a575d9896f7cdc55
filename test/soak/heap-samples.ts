import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes in use after a collection. */
export interface HeapSample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Bytes that live objects and buffers take, after everything that can go was collected. */
export function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Finalisers of the first pass free what the second one finds.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Least-squares slope in bytes an hour; null with fewer than three samples. */
export function slopePerHour(samples: readonly HeapSample[]): number | null {
  if (samples.length < 3) return null;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const hours = samples.map(({ atMs }) => atMs / 3_600_000);
  const [meanHours, meanBytes] = [mean(hours), mean(samples.map(({ bytes }) => bytes))];
  let [above, below] = [0, 0];
  for (const [index, { bytes }] of samples.entries()) {
    const distance = hours[index]! - meanHours;
    above += distance * (bytes - meanBytes);
    below += distance * distance;
  }
  return above / below;
}

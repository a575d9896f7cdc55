import { type RunningBundle, startBundle } from './running-bundle.ts';
import { sampleEnvironment } from './sample-environment.ts';

/** From the start of the process to its first answer, on this machine: median of several starts; null where the system does not tell. */
export interface ColdStart {
  readonly start_ms: number;
  readonly cpu_ms: number | null;
  readonly memory_mb: number | null;
}

const STARTS = 3;
/** What a function answers to a caller without a token. */
const REFUSED = 401;

/** Starts a bundle several times, one after the other, under a made-up environment. Fails when it answers anything but a refusal. */
export async function measureColdStart(name: string, folder: string): Promise<ColdStart> {
  const runs: RunningBundle[] = [];
  for (let i = 0; i < STARTS; i++) {
    const running = await startBundle(name, folder, sampleEnvironment(name));
    await running.stop();
    if (running.status !== REFUSED) throw new Error(`${name} answers ${running.status} to a caller without a token`);
    runs.push(running);
  }
  return {
    start_ms: Math.round(median(runs.map(({ startMs }) => startMs))),
    cpu_ms: medianOrNull(runs.map(({ cpuMs }) => cpuMs)),
    memory_mb: medianOrNull(runs.map(({ rssMb }) => rssMb)),
  };
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.round(median(known));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

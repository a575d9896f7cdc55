import { vi } from 'vitest';
import { runCli } from '../../scripts/cli/run.ts';
import type { Ended } from './run-livepool.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the command line inside this process, so that stand-ins and the present of the test are its own; what it prints is kept. */
export async function livepoolHere(...args: readonly string[]): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const heard = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += String(text);
      return true;
    }),
  );
  try {
    return { exit: await runCli(args), ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
    // A command hears its signals until its process ends; this one goes on.
    for (const [index, signal] of SIGNALS.entries()) {
      const added = process.listeners(signal).filter((listener) => heard[index]?.has(listener) !== true);
      for (const listener of added) process.off(signal, listener);
    }
  }
}

import { setImmediate } from 'node:timers/promises';

/**
 * Runs a generator of computing steps to its end without blocking the process: between two steps signals, timers and other
 * requests get their turn, and an aborted signal ends the work with its reason.
 */
export async function driveSteps<S, R>(
  steps: Generator<S, R, void>,
  signal: AbortSignal,
  onStep: (step: S) => void = () => undefined,
): Promise<R> {
  for (;;) {
    signal.throwIfAborted();
    const step = steps.next();
    if (step.done) return step.value;
    onStep(step.value);
    await setImmediate();
  }
}

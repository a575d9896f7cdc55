import { LivepoolError } from '#shared/core/errors.ts';

/** Aborts on the first SIGINT or SIGTERM so that work stops at a safe point; a second one ends the process at once. */
export function stopSignal(note: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(3);
    note(`${signal}: stopping at the next safe point; the same command continues from there`);
    controller.abort(
      new LivepoolError('INTERRUPTED', 'transient', 'stopped by a signal; run the same command again to continue'),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

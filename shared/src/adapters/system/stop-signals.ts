/** A signal so soon after the first is the same one again: `timeout` and `npm run` signal the process and its group. */
const SAME_WITHIN_MS = 200;

/**
 * Calls `stop` at the first SIGTERM, SIGINT or SIGHUP (a closed terminal) of this process, and `end` at every one that somebody sends
 * after it.
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void, end: () => void): void {
  let stoppedMs: number | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stoppedMs === null) {
      stoppedMs = performance.now();
      stop(signal);
    } else if (performance.now() - stoppedMs > SAME_WITHIN_MS) {
      end();
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGHUP', onSignal);
}

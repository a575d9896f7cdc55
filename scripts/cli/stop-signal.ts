import { onStopSignals } from '#shared/adapters/system/stop-signals.ts';
import { LivepoolError } from '#shared/core/errors.ts';

/** What a stop means to a command: its next call goes on from there, what it served is over, or what it has so far is whole. */
export type AfterStop = 'continues' | 'is over' | 'is kept';

/** Aborts on the first SIGINT, SIGTERM or SIGHUP (a closed terminal) so that work stops at a safe point; a second one ends the process at once. */
export function stopSignal(note: (text: string) => void, after: AfterStop): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    note(`${signal}: ${NOTES[after]}`);
    controller.abort(
      new LivepoolError('INTERRUPTED', 'transient', 'stopped by a signal; run the same command again to continue'),
    );
  };
  onStopSignals(stop, () => process.exit(3));
  return controller.signal;
}

const NOTES: Readonly<Record<AfterStop, string>> = {
  continues: 'stopping at the next safe point; the same command continues from there',
  'is kept': 'stopping; what is there so far is finished and kept',
  'is over': 'stopping; nothing is kept, the same command begins anew',
};

import { InvalidArgumentError } from 'commander';

export const SOAK_EXIT_CODES =
  '\nExit codes: 0 nothing found, 1 something found, 2 usage, 3 stopped by Ctrl-C (figures so far are printed).';

/** What a run hears and says while it goes on. */
export interface Stoppable {
  /** Aborted by the first Ctrl-C; the second one ends the process. */
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/** An option's number above zero. */
export function aboveZero(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is needed');
  return value;
}

/** Runs until it ends or is stopped, then ends the process: `run` tells how much was found. */
export async function stoppable(run: (stop: Stoppable) => Promise<number>): Promise<never> {
  const abort = new AbortController();
  process.on('SIGINT', () => {
    if (abort.signal.aborted) process.exit(3);
    abort.abort();
  });
  const found = await run({ signal: abort.signal, note: (line) => process.stderr.write(`${line}\n`) });
  // What is still under way after a stop has no say any more.
  process.exit(found > 0 ? 1 : abort.signal.aborted ? 3 : 0);
}

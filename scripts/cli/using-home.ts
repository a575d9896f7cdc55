import { type Home, openHome } from './home.ts';
import type { HomeOptions } from './program/shared-options.ts';
import { advanceSampleCalendar } from './sample-calendar.ts';

/** Opens the home of a command, does the work, and closes the stores whatever happens. Default environment: sample. */
export async function usingHome<T>(options: HomeOptions, work: (home: Home) => Promise<T>): Promise<T> {
  const home = openHome({ home: options.home, environment: options.env ?? 'sample' });
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

/** Moves the sample calendar to a run's logical time; other environments live by the machine's clock. */
export function followCalendar(home: Home, nowMs: number): void {
  if (home.environment === 'sample') advanceSampleCalendar(home.folder, nowMs);
}

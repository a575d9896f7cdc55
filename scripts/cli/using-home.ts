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

/**
 * Logical time of a run in whole seconds: the given one, or the environment's clock. In `sample` a later time moves the calendar
 * forward for good, so that every command after it lives at that time too.
 */
export function runTime(home: Home, given: number | undefined): number {
  if (home.environment === 'sample' && given !== undefined) advanceSampleCalendar(home.folder, given);
  return Math.floor((given ?? home.clock.nowMs()) / 1000) * 1000;
}

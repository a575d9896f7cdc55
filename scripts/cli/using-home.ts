import { type Home, openHome } from './home.ts';
import type { HomeOptions } from './program/shared-options.ts';
import { advanceSampleCalendar, sampleNowMs } from './sample-calendar.ts';

/** Opens the home of a command that writes, does the work, and closes the stores whatever happens. Default environment: sample. */
export function usingHome<T>(options: HomeOptions, work: (home: Home) => Promise<T>): Promise<T> {
  return closing(openHome({ home: options.home, environment: options.env ?? 'sample', access: 'write' }), work);
}

/** The same for a command that only reads: it makes nothing, and the home may be read-only. */
export function readingHome<T>(options: HomeOptions, work: (home: Home) => Promise<T>): Promise<T> {
  return closing(openHome({ home: options.home, environment: options.env ?? 'sample', access: 'read' }), work);
}

async function closing<T>(home: Home, work: (home: Home) => Promise<T>): Promise<T> {
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

/**
 * Logical time of a run in whole seconds: the given one, or the environment's. In `sample` that is the market's calendar, which
 * stands still between runs; a later time moves it forward for good, so that every command after it lives at that time too.
 */
export function runTime(home: Home, given: number | undefined): number {
  const isSample = home.environment === 'sample';
  if (isSample && given !== undefined) advanceSampleCalendar(home.folder, given);
  const presentMs = isSample ? sampleNowMs(home.folder) : home.clock.nowMs();
  return Math.floor((given ?? presentMs) / 1000) * 1000;
}

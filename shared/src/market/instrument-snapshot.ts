import type { CalendarDay } from '../core/calendar-day.ts';
import type { Instrument } from './instrument.ts';

/** A venue's instrument list as it was known at one time. */
export interface InstrumentSnapshot {
  /** First day at whose end the list was known: the UTC day on which it was fetched. */
  readonly knownFrom: CalendarDay;
  readonly instruments: readonly Instrument[];
}

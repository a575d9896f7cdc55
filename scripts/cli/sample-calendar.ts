import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { parseInstant } from '#shared/core/instant.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { DEFAULT_NOW_MS } from '#shared/simulator/market/sample-market.ts';

const FILE = 'calendar.json';

/** Longest pause between two commands that counts: more than a lease, so that one of a killed process runs out. */
const LONGEST_PAUSE_MS = 5 * 60_000;

/** What `calendar.json` holds, as instants. */
interface Calendar {
  /** The market's time, moved by `--now` alone: what a run without `--now` is about. */
  readonly now?: string;
  /** Where the clock of acts was last seen, and at which time of the machine. */
  readonly seen?: string;
  readonly seen_at?: string;
}

/** The sample market's time as this home last saw it; it only moves forward, with `--now`. */
export function sampleNowMs(folder: string): number {
  return instantOf(readCalendar(folder).now) ?? DEFAULT_NOW_MS;
}

/** Moves the sample market's time forward; an earlier time changes nothing. */
export function advanceSampleCalendar(folder: string, nowMs: number): void {
  if (nowMs <= sampleNowMs(folder)) return;
  writeCalendar(folder, { ...readCalendar(folder), now: new Date(nowMs).toISOString() });
}

/**
 * A clock that runs on from the market's time, or from where an earlier command left it: acts of one home never go back in time,
 * while the market's own time, and with it the bytes of a release, stands still.
 */
export function sampleClock(folder: string): Clock {
  const system = systemClock();
  const startedMs = system.nowMs();
  const resumedMs = resumedClockMs(readCalendar(folder), startedMs);
  return {
    nowMs: () => Math.max(sampleNowMs(folder), resumedMs) + (system.nowMs() - startedMs),
    sleep: (ms, signal) => system.sleep(ms, signal),
  };
}

/** Remembers where the clock is. A home that cannot take the note only loses seconds. */
export function keepSampleClock(folder: string, clock: Clock): void {
  const calendar = readCalendar(folder);
  const seenMs = Math.max(clock.nowMs(), instantOf(calendar.seen) ?? 0);
  const seen = { seen: new Date(seenMs).toISOString(), seen_at: new Date(systemClock().nowMs()).toISOString() };
  try {
    writeCalendar(folder, { ...calendar, ...seen });
  } catch (error) {
    if (!(error instanceof LivepoolError)) throw error;
  }
}

function resumedClockMs({ seen, seen_at: seenAt }: Calendar, machineMs: number): number {
  const pauseMs = machineMs - (instantOf(seenAt) ?? machineMs);
  return (instantOf(seen) ?? 0) + Math.min(Math.max(pauseMs, 0), LONGEST_PAUSE_MS);
}

function readCalendar(folder: string): Calendar {
  const file = join(folder, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Calendar) : {};
}

function writeCalendar(folder: string, calendar: Calendar): void {
  writeFolder(folder, new Map([[FILE, `${JSON.stringify(calendar)}\n`]]));
}

function instantOf(text: unknown): number | undefined {
  return typeof text === 'string' ? parseInstant(text) : undefined;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { parseInstant } from '#shared/core/instant.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { DEFAULT_NOW_MS } from '#shared/simulator/market/sample-market.ts';

const FILE = 'calendar.json';

/** The sample market's time as this home last saw it; it only moves forward, with `--now`. */
export function sampleNowMs(folder: string): number {
  const file = join(folder, FILE);
  if (!existsSync(file)) return DEFAULT_NOW_MS;
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const now = (document as { now?: unknown }).now;
  return (typeof now === 'string' ? parseInstant(now) : undefined) ?? DEFAULT_NOW_MS;
}

/** Moves the sample market's time forward; an earlier time changes nothing. */
export function advanceSampleCalendar(folder: string, nowMs: number): void {
  if (nowMs <= sampleNowMs(folder)) return;
  writeFolder(folder, new Map([[FILE, `${JSON.stringify({ now: new Date(nowMs).toISOString() })}\n`]]));
}

/** A clock that stands at the sample market's time and runs on from there while the process lives. */
export function sampleClock(folder: string): Clock {
  const system = systemClock();
  const startedMs = system.nowMs();
  return { nowMs: () => sampleNowMs(folder) + (system.nowMs() - startedMs), sleep: (ms, signal) => system.sleep(ms, signal) };
}

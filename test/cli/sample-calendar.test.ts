import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DEFAULT_NOW_MS } from '#shared/simulator/market/sample-market.ts';
import { advanceSampleCalendar, keepSampleClock, sampleClock, sampleNowMs } from '../../scripts/cli/sample-calendar.ts';

function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'livepool-calendar-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const at = (ms: number) => ({ nowMs: () => ms, sleep: async () => undefined });

it('an act of a later command is never before one of an earlier command', () => {
  const folder = home();
  keepSampleClock(folder, at(DEFAULT_NOW_MS + 14_000));
  expect(sampleClock(folder).nowMs()).toBeGreaterThanOrEqual(DEFAULT_NOW_MS + 14_000);
  keepSampleClock(folder, at(DEFAULT_NOW_MS + 1_000));
  expect(sampleClock(folder).nowMs()).toBeGreaterThanOrEqual(DEFAULT_NOW_MS + 14_000);
});

it('the market itself stands still, whatever the clock of acts says', () => {
  const folder = home();
  keepSampleClock(folder, at(DEFAULT_NOW_MS + 14_000));
  expect(sampleNowMs(folder)).toBe(DEFAULT_NOW_MS);
  advanceSampleCalendar(folder, DEFAULT_NOW_MS + 86_400_000);
  expect(sampleNowMs(folder)).toBe(DEFAULT_NOW_MS + 86_400_000);
  expect(sampleClock(folder).nowMs()).toBeGreaterThanOrEqual(DEFAULT_NOW_MS + 86_400_000);
});

it('a pause lets a lease of a killed process run out, and does not make a sample pool old', () => {
  const folder = home();
  keepSampleClock(folder, at(DEFAULT_NOW_MS));
  const file = join(folder, 'calendar.json');
  const calendar = JSON.parse(readFileSync(file, 'utf8')) as { seen_at: string };
  const longAgo = new Date(Date.parse(calendar.seen_at) - 90 * 86_400_000).toISOString();
  writeFileSync(file, JSON.stringify({ ...calendar, seen_at: longAgo }));
  const pauseMs = sampleClock(folder).nowMs() - DEFAULT_NOW_MS;
  expect(pauseMs).toBeGreaterThan(70_000);
  expect(pauseMs).toBeLessThan(3_600_000);
});

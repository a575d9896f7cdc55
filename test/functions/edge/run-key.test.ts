import { expect, it } from 'vitest';
import { requestedRun } from '../../../functions/edge/run-key.ts';

const NOW_MS = Date.parse('2026-12-01T03:15:02Z');
const headers = (job: string, slot: string) => ({ 'x-cloudscheduler-jobname': job, 'x-cloudscheduler-scheduletime': slot });

it('OV-01: the run key of a scheduled run is its job and its slot', () => {
  const run = { runKey: 'pool-monthly:20261201T031500Z', scheduledMs: Date.parse('2026-12-01T03:15:00Z') };
  expect(requestedRun(headers('pool-monthly', '2026-12-01T03:15:00Z'), undefined, NOW_MS)).toEqual({ ok: true, value: run });
  const path = 'projects/p/locations/europe-west1/jobs/pool-monthly';
  expect(requestedRun(headers(path, '2026-12-01T03:15:00.000000Z'), undefined, NOW_MS)).toEqual({ ok: true, value: run });
});

it('a manual run carries its own id, whatever the headers say', () => {
  const value = { runKey: 'manual:fix-1', scheduledMs: null };
  expect(requestedRun({}, 'fix-1', NOW_MS)).toEqual({ ok: true, value });
  expect(requestedRun(headers('pool-monthly', '2027-01-01T03:15:00Z'), 'fix-1', NOW_MS)).toEqual({ ok: true, value });
});

it.each([
  ['no headers', {}, undefined],
  ['a job without a slot', { 'x-cloudscheduler-jobname': 'pool-monthly' }, undefined],
  ['a local time', headers('pool-monthly', '2026-12-01T03:15:00+02:00'), undefined],
  ['a date that does not exist', headers('pool-monthly', '2026-02-30T03:15:00Z'), undefined],
  ['the slot of the next run', headers('pool-monthly', '2027-01-01T03:15:00Z'), undefined],
  ['a job with another name', headers('Pool Monthly', '2026-12-01T03:15:00Z'), undefined],
  ['an id that leaves its folder', {}, '../x'],
  ['an empty id', {}, ''],
])('%s gives no run key', (_what, given, runId) => {
  expect(requestedRun(given, runId, NOW_MS)).toMatchObject({ ok: false, error: { code: 'RUN_KEY_MISSING' } });
});

import { expect, it } from 'vitest';
import { type CloudLoggerOptions, cloudLogger } from '#shared/adapters/gcp/log-json.ts';
import { manualClock } from '#shared/adapters/memory/clock.ts';

function captured(more: Partial<CloudLoggerOptions> = {}) {
  const lines: string[] = [];
  const clock = manualClock(Date.UTC(2026, 2, 14, 0, 45));
  const labels = { env: 'dev', deployable: 'publish', version: '1.2.3' };
  const logger = cloudLogger({ clock, labels, write: (line) => void lines.push(line), ...more });
  return { lines, clock, logger, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

it('writes one line that Cloud Logging understands', () => {
  const trace = { projectId: 'p', traceId: 'abc', spanId: 'def' };
  const { logger, lines } = captured({ trace, context: { run_key: 'manual:1' } });
  logger.info('publish.committed', { message: 'release is live', publish_seq: 7, switch_ms: 120.5 });
  expect(lines).toEqual([
    '{"time":"2026-03-14T00:45:00.000Z","severity":"INFO","event":"publish.committed","message":"release is live",' +
      '"logging.googleapis.com/trace":"projects/p/traces/abc","logging.googleapis.com/spanId":"def",' +
      '"logging.googleapis.com/labels":{"env":"dev","deployable":"publish","version":"1.2.3"},' +
      '"run_key":"manual:1","publish_seq":7,"switch_ms":120.5}\n',
  ]);
});

it('marks errors without stack for Error Reporting, and leaves those with one to it', () => {
  const { logger, parsed } = captured();
  logger.error('publish.failed', { code: 'VERSION_CONFLICT', kind: 'terminal' });
  logger.error('publish.failed', { code: 'INVARIANT', kind: 'bug', stack_trace: 'Error: x\n    at y' });
  logger.warn('publish.slow');
  logger.notice('report.no_release');
  const reported = expect.stringMatching(/ReportedErrorEvent$/);
  expect(parsed().map((line) => line['@type'])).toEqual([reported, undefined, undefined, undefined]);
  expect(parsed().map((line) => [line.severity, line.message])).toEqual([
    ['ERROR', 'publish.failed'],
    ['ERROR', 'publish.failed'],
    ['WARNING', 'publish.slow'],
    ['NOTICE', 'report.no_release'],
  ]);
});

it('shows no secrets and lets no field take the place of the envelope', () => {
  const { logger, lines, parsed } = captured();
  logger.info('http.called', {
    url: '/o?signature=canary&n=1',
    api_key: 'canary',
    severity: 'CRITICAL',
    event: 'other',
    time: 'never',
  });
  expect(lines.join('')).not.toContain('canary');
  expect(parsed()[0]).toMatchObject({ severity: 'INFO', event: 'http.called', url: '/o?signature=***&n=1', api_key: '***' });
});

it('keeps every line below 16 KiB', () => {
  const { logger, lines, parsed } = captured();
  logger.error('big.text', { stack_trace: '\u{1f600}\n'.repeat(9_000), code: 'X' });
  logger.info('many.texts', Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, 'y'.repeat(900)])));
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(16_384);
  expect(parsed()).toMatchObject([
    { event: 'big.text', code: 'X', truncated: true },
    { event: 'many.texts', truncated: true },
  ]);
});

it('writes at most 50 lines a second and tells how many were dropped', () => {
  const { logger, clock, parsed } = captured();
  for (let i = 0; i < 200; i++) logger.info('flood.line', { i });
  expect(parsed()).toHaveLength(49);
  clock.advance(1_000);
  logger.info('flood.over');
  expect(parsed().slice(49)).toMatchObject([{ event: 'log.dropped', severity: 'WARNING', lines: 151 }, { event: 'flood.over' }]);
});

import { afterEach, describe, expect, it } from 'vitest';
import type { RunningHttpServer } from '#shared/adapters/http/http-server.ts';
import { venueFigures } from '../../scripts/cli/worker-figures.ts';
import { livepoolHere } from './in-process.ts';
import { serving } from './worker-stand-in.ts';

const METRICS = [
  '# TYPE clp_latency_seconds histogram',
  ...[
    [0.01, 50],
    [0.1, 94],
    [1, 99],
    ['+Inf', 100],
  ].map(([le, count]) => `clp_latency_seconds_bucket{le="${le}",component="venue_gate"} ${count}`),
  'clp_rate_limit_remaining{endpoint="book",provider="gate"} 71',
  'clp_rate_limit_remaining{endpoint="depth",provider="kraken"} 5',
].join('\n');

const VENUE = {
  venue: 'gate',
  clock_skew_ms: 12,
  connections: [
    {
      connection: 'gate.perp.1',
      phase: 'open',
      is_stale: false,
      last_message_age_ms: 40,
      sockets: 3,
      lost: 2,
      frames: 1234,
      refused_frames: 1,
      books: [
        { instrument: 'BTC-USDT.perp@gate', state: 'live', reason: null, age_ms: 90_000 },
        { instrument: 'ETH-USDT.perp@gate', state: 'invalid', reason: 'gap', age_ms: 1_500 },
      ],
    },
  ],
  rest: {
    requests: {},
    polls: [
      { task: 'tickers', every_ms: 1, last_success: 1_000, failures: 0, last_failure: null, breaker: 'closed' },
      { task: 'funding', every_ms: 1, last_success: null, failures: 4, last_failure: 'VENUE_RATE_LIMITED', breaker: 'open' },
    ],
  },
};

let server: RunningHttpServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function worker(status: 'ok' | 'fail', line: string, rows: unknown = [VENUE]): Promise<string> {
  const recorder = { name: 'frame_recorder', state: 'running', restarts_total: 0, last_error: null, lines_total: 7 };
  const bodies: Readonly<Record<string, unknown>> = {
    '/health': { line, status, components: [recorder, { name: 'continuity', state: 'running' }] },
    '/api/venues': { as_of: 61_000, next_cursor: null, rows },
    '/metrics': METRICS,
  };
  server = await serving([({ path }) => ({ status: status === 'fail' ? 503 : 200, headers: {}, body: bodies[path] })]);
  return server.url;
}

describe('livepool feeds status', () => {
  it('tells books, venues, polls in trouble and the recorder', async () => {
    const { exit, stdout } = await livepoolHere('feeds', 'status', '--url', await worker('ok', 'OK degraded:venue:gate_rest'));
    expect(exit).toBe(0);
    const lines = stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines.slice(0, 5)).toEqual([
      'OK degraded:venue:gate_rest',
      '',
      'book state reason since connection',
      'ETH-USDT.perp@gate invalid gap 1.5 s gate.perp.1',
      'BTC-USDT.perp@gate live 90.0 s gate.perp.1',
    ]);
    expect(lines).toContain('gate 1/1 40 ms 1234 1 2 ≤ 10 ms / ≤ 1000 ms / ≤ 1000 ms 12 ms 1/2 71 (book)');
    expect(lines).toContain(' gate funding: 4 failures (VENUE_RATE_LIMITED), breaker open, never answered');
    expect(lines).toContain('frame_recorder running, lines_total 7');
    expect(stdout).not.toContain('continuity');
  });

  it('ends as the verdict says, with everything in JSON', async () => {
    const { exit, stdout } = await livepoolHere(
      'feeds',
      'status',
      '--json',
      '--url',
      await worker('fail', 'FAIL venue:gate_no_book'),
    );
    expect([exit, JSON.parse(stdout)]).toMatchObject([
      1,
      { ok: false, line: 'FAIL venue:gate_no_book', venues: [{ venue: 'gate', rate_limit_remaining: { book: 71 } }] },
    ]);
  });

  it('refuses what is no worker', async () => {
    const { exit, stderr } = await livepoolHere('feeds', 'status', '--url', await worker('ok', 'OK', 'no rows'));
    expect([exit, stderr]).toEqual([3, expect.stringContaining('is no worker')]);
  });
});

describe('figures of a venue', () => {
  it('are null and empty where nothing was measured', () => {
    expect(venueFigures(METRICS, 'mexc')).toEqual({ latency_ms: null, rate_limit_remaining: {} });
    expect(venueFigures('latency_seconds_bucket{le="+Inf",component="venue_gate"} 3', 'gate').latency_ms?.p50).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

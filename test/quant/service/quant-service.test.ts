import { describe, expect, it, onTestFinished } from 'vitest';
import { startHttpServer } from '#shared/adapters/http/http-server.ts';
import { quantFeatureRowSchema, quantSummaryRowSchema } from '#shared/contracts/quant-rows.ts';
import { streamMessageSchema } from '#shared/contracts/quant-stream.ts';
import { err, ok } from '#shared/core/result.ts';
import type { StreamText } from '#shared/ports/stream-source.ts';
import { PARAMS } from '../support/events.ts';
import { START, TICK, TickerWorld } from './ticker-world.ts';

const MIN = 60_000;
const EAGER = { ...PARAMS, alerts: { ...PARAMS.alerts, required_missing_ms: TICK } };

/** A worker's quant part behind a server, after three minutes; `Bearer ann` may change alerts. */
async function serve() {
  const world = new TickerWorld(undefined, {
    params: EAGER,
    venues: () => [{ venue: 'gate', sockets: 1 }],
    authority: async ({ headers }) => {
      const [, name] = /^Bearer (\w+)$/.exec(headers.authorization ?? '') ?? [];
      return name === 'ann' ? ok(name) : err({ status: name === undefined ? 401 : 403, message: 'not you' });
    },
  }).feedSession('served', 5);
  const { handler, stream } = world.service;
  const quiet = { info() {}, notice() {}, warn() {}, error() {} };
  const options = { host: '127.0.0.1', port: 0, handlers: [handler], stream };
  const server = await startHttpServer({ clock: world.clock, logger: quiet }, options);
  onTestFinished(async () => {
    await server.close();
    await world.stop();
  });
  const get = async (path: string) => {
    const answer = await fetch(`${server.url}${path}`);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const json = async (path: string) => JSON.parse((await get(path)).text) as Record<string, unknown> & { rows: object[] };
  return { world, server, get, json };
}

describe('the quant service over HTTP (quant spec §8)', () => {
  it('has nothing to show before the first tick, and says so', async () => {
    const { get } = await serve();
    expect([(await get('/api/quant/summary')).status, (await get('/api/db/status')).status]).toEqual([404, 200]);
  });

  it('answers every route with committed data', async () => {
    const { world, get, json } = await serve();
    await world.pass(3 * MIN + 1);
    const asOf = START + 3 * MIN;
    const summary = await json('/api/quant/summary?timeframe=15m');
    expect(summary.as_of).toBe(asOf);
    expect(quantSummaryRowSchema.parse(summary.rows[0])).toMatchObject({ symbol: 'BTC-USD', timeframe: '15m', tick_ts: asOf });
    const history = await json(`/api/metrics/history?symbol=BTC-USD&timeframe=5m&from=${START + MIN}&limit=2`);
    expect(history.rows.map((row) => quantFeatureRowSchema.parse(row).tick_ts)).toEqual([START + MIN, START + MIN + TICK]);
    expect(history.next_cursor).toBe('2');
    const { rows } = await json(`/api/metrics/history?symbol=BTC-USD&timeframe=5m&from=${START + MIN}&cursor=8`);
    const { as_of: _, ...latest } = await json('/api/metrics/BTC-USD/latest?timeframe=5m');
    const metrics = (latest.metrics as { age_ms?: number }[]).map(({ age_ms: _age, ...metric }) => metric);
    expect(rows).toEqual([{ ...latest, metrics }]);
    expect((await json('/api/confluence/latest')).rows).toHaveLength(1);
    expect((await json('/api/diagnostics/latest')).rows[0]).toMatchObject({ symbol: 'BTC-USD', warming: true });
    expect((await json('/api/sources?limit=1000')).rows.length).toBeGreaterThan(50);
    expect(await json('/api/venues')).toMatchObject({ next_cursor: null, rows: [{ venue: 'gate', sockets: 1 }] });
    expect(await json('/api/db/status')).toMatchObject({
      last_tick_ts: asOf,
      queue_rows: 0,
      lag_ms: 0,
      rows: { quant_features: 13, quant_outbox: 13 },
      lease: { holder: 'w-1', token: 1 },
    });
    for (const panel of ['summary', 'confluence', 'diagnostics', 'sources', 'alerts']) {
      const csv = await get(`/api/export/${panel}.csv`);
      expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
      const exported = await json(`/api/export/${panel}.json`);
      expect(csv.text.trim().split('\n').length).toBe(exported.rows.length + 1);
    }
    expect((await get('/api/export/nothing.csv')).status).toBe(404);
    expect((await get('/api/db/status?x=1')).status).toBe(400);
  });

  it('lets an operator acknowledge and snooze alerts, and nobody else', async () => {
    const { world, server, json } = await serve();
    await world.pass(3 * MIN + 1);
    const [first] = (await json('/api/alerts?limit=1')).rows as { id: string; evidence: string; acked_by: string | null }[];
    expect(first).toMatchObject({ acked_by: null, snoozed_until: null });
    const post = (what: string, body: object, who?: string) =>
      fetch(`${server.url}/api/alerts/${encodeURIComponent(first!.id)}/${what}`, {
        method: 'POST',
        body: JSON.stringify(body),
        ...(who === undefined ? {} : { headers: { Authorization: `Bearer ${who}` } }),
      });
    expect((await post('ack', {})).status).toBe(401);
    expect((await post('ack', {}, 'bob')).status).toBe(403);
    const nowMs = world.clock.nowMs();
    expect((await post('snooze', { until: nowMs }, 'ann')).status).toBe(400);
    expect((await post('snooze', { until: nowMs + 8 * 86_400_000 }, 'ann')).status).toBe(400);
    expect((await post('ack', { reason: 'seen' }, 'ann')).status).toBe(200);
    expect((await post('snooze', { until: nowMs + MIN }, 'ann')).status).toBe(200);
    const [marked] = (await json('/api/alerts?limit=1')).rows;
    expect(marked).toMatchObject({ id: first!.id, acked_by: 'ann', acked_at: nowMs, snoozed_until: nowMs + MIN });
    const missing = await fetch(`${server.url}/api/alerts/none/ack`, {
      method: 'POST',
      headers: { Authorization: 'Bearer ann' },
    });
    expect(missing.status).toBe(404);
    const methods = [
      await fetch(`${server.url}/api/alerts/none/ack`),
      await fetch(`${server.url}/api/quant/summary`, { method: 'POST' }),
    ];
    expect(methods.map(({ status, headers }) => [status, headers.get('allow')])).toEqual([
      [405, 'POST'],
      [405, 'GET'],
    ]);
  });

  it('gives every alert evidence that can be fetched', async () => {
    const { world, json } = await serve();
    await world.pass(4 * MIN);
    const alerts = (await json('/api/alerts?limit=1000')).rows as { evidence: string; rule: string }[];
    expect(alerts.length).toBeGreaterThan(0);
    for (const { evidence } of alerts) {
      const [at = '', symbol = '', timeframe = ''] = evidence.split('/');
      const range = `from=${at}&to=${Number(at) + 1}`;
      expect((await json(`/api/metrics/${symbol}/history?timeframe=${timeframe}&${range}`)).rows).toHaveLength(1);
    }
  });
});

describe('the stream of the service (quant spec §9.1)', () => {
  it('begins with the board as it is, then tells every tick and what moves between, in the shape of the contract', async () => {
    const { world } = await serve();
    await world.pass(2 * MIN + 1);
    const got: StreamText[] = [];
    const leave = world.service.stream.subscribe({ topics: null, from: {} }, (message) => void got.push(message));
    await world.pass(2 * TICK);
    leave();
    await world.pass(TICK);
    const messages = got.map(({ text }) => streamMessageSchema.parse(JSON.parse(text)));
    expect(messages[0]).toMatchObject({ event: 'quant_update', kind: 'snapshot', data: { tick_ts: START + 2 * MIN } });
    expect(messages.filter(({ kind }) => kind === 'snapshot').map(({ event }) => event)).toEqual(
      expect.arrayContaining(['quant_update', 'quant_update_5s', 'quant_summary']),
    );
    const deltas = messages.filter(({ kind }) => kind === 'delta');
    const of = (event: string) => deltas.filter((message) => message.event === event);
    expect(of('quant_update').map(({ ts }) => (ts - START) / TICK)).toEqual([9, 10]);
    expect(of('quant_summary')).toHaveLength(2);
    expect(of('quant_update_5s')).toHaveLength(6);
    expect(of('quant_update_5s')[0]).toMatchObject({ data: { data: [{ symbol: 'BTC-USD' }] } });
    expect(of('metrics_update').length).toBeGreaterThan(0);
    for (const message of of('metrics_update')) {
      if (message.event !== 'metrics_update') continue;
      for (const { available_at: at } of message.data.data) expect(at! > message.ts - 2 * TICK && at! <= message.ts).toBe(true);
    }
  });
});

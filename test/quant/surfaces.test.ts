import { describe, expect, it } from 'vitest';
import type { QuantAlert } from '#shared/contracts/quant-stream.ts';
import { streamMessageSchema } from '#shared/contracts/quant-stream.ts';
import { AlertBoard } from '#shared/quant/alerts/alert-board.ts';
import { liveRows } from '#shared/quant/api/live-rows.ts';
import type { QuantBoard } from '#shared/quant/api/quant-board.ts';
import { quantRoute } from '#shared/quant/api/quant-routes.ts';
import { KEPT_MESSAGES, StreamTopic } from '#shared/quant/api/stream-topic.ts';
import { tableCsv } from '#shared/quant/api/table-csv.ts';
import { quantUpdate } from '#shared/quant/api/tick-events.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import { QuantRows, quantStrip } from '#shared/quant/rows/quant-rows.ts';
import { expectOnlyNumbersLeave } from './support/compare.ts';
import { event, oneSymbol, PARAMS, perp, spot } from './support/events.ts';
import { INVERSE_ID, PERP_ID, randomSession, SPOT_ID } from './support/random-session.ts';
import { runSession } from './support/session-run.ts';

const START = 1_767_225_600_000;
const MIN = 60_000;
const HOUR = 60 * MIN;
const universe = oneSymbol('BTC-USD', [perp(INVERSE_ID, 1, 'inverse'), spot(SPOT_ID), perp(PERP_ID, 0.0001)]);
const engine = new QuantEngine(universe, PARAMS);
const ticks = runSession(engine, randomSession('board', START, 35), START, START + 35 * MIN);
const last = ticks.at(-1)!;
const rows = new QuantRows();

function board(tick: QuantTick | null = last, alerts: readonly QuantAlert[] = []): QuantBoard {
  const features = ticks.map((each) => rows.features(each, 0, 0));
  return {
    tick,
    rows,
    summary: tick === null ? [] : rows.summary(tick),
    alerts: async ({ cursor, limit }) => {
      const stored = alerts.map((alert) => ({ alert, ackedBy: 'ann', ackedAtMs: START, snoozedUntilMs: null }));
      return { rows: stored.slice(cursor, cursor + limit), total: stored.length };
    },
    history: async (_symbol, _timeframe, from, to, { cursor, limit }) => {
      const meant = features.filter(({ tick_ts: at }) => at >= from && at < to);
      return { rows: meant.slice(cursor, cursor + limit), total: meant.length };
    },
  };
}

function get(path: string, on = board()) {
  const url = new URL(path, 'http://board');
  return quantRoute(on, url.pathname, url.searchParams);
}

describe('GET routes (quant spec §8)', () => {
  it('page the summary with strip, cursor and range', async () => {
    const answer = (await get('/api/quant/summary?timeframe=5m'))!;
    expect([answer.status, answer.headers]).toEqual([200, { 'Content-Range': 'rows 0-0/1' }]);
    expect(answer.body).toMatchObject({ as_of: last.tickTs, next_cursor: null, strip: quantStrip(last, 1) });
    const history = (await get(`/api/metrics/BTC-USD/history?from=${START}&to=${START + 2 * MIN}&limit=3`))!;
    expect(history.headers['Content-Range']).toBe('rows 0-2/8');
    expect(history.body).toMatchObject({ next_cursor: '3' });
    const second = (await get(`/api/metrics?symbol=BTC-USD&from=${START}&to=${START + 2 * MIN}&limit=3&cursor=6`))!;
    expect(second.headers['Content-Range']).toBe('rows 6-7/8');
    expect(second.body).toMatchObject({ next_cursor: null });
  });

  it('tell every metric with unit, source, age and quality, and why a score is null', async () => {
    const latest = (await get('/api/metrics/BTC-USD/latest'))!.body as { metrics: { age_ms: number | null; unit: string }[] };
    expect(latest.metrics.length).toBeGreaterThan(150);
    for (const metric of latest.metrics) expect(metric.unit).not.toBe('');
    expectOnlyNumbersLeave(latest);
    const confluence = (await get('/api/confluence/latest'))!.body as { rows: { missing: string[]; coverage: number }[] };
    expect(confluence.rows[0]!.coverage).toBe(last.scores.coverage(0));
    const sources = (await get('/api/sources?limit=1000'))!.body as { rows: { venue: string }[] };
    expect(new Set(sources.rows.map(({ venue }) => venue))).toEqual(new Set(['gate', 'kraken', 'krakenfutures']));
  });

  it('refuse what they do not know, and leave other paths alone', async () => {
    const statusOf = async (path: string) => (await get(path))?.status;
    expect(await statusOf('/api/quant/summary?timefram=5m')).toBe(400);
    expect(await statusOf('/api/quant/summary?timeframe=2m')).toBe(400);
    expect(await statusOf('/api/quant/summary?limit=1001')).toBe(400);
    expect(await statusOf('/api/quant/summary?limit=-1')).toBe(400);
    expect(await statusOf('/api/metrics/NOPE-USD/latest')).toBe(404);
    expect(await statusOf('/api/metrics?from=1')).toBe(404);
    expect(await statusOf('/api/metrics/BTC-USD/history?from=9&to=3')).toBe(400);
    expect(await statusOf('/health')).toBeUndefined();
    expect((await get('/api/alerts', board(null)))!.status).toBe(404);
  });

  it('export the rows as they are, harmless to a spreadsheet', async () => {
    const csv = (await get('/api/export/summary.csv?timeframe=1m'))!.body as string;
    expect(csv.split('\n')[0]).toContain('symbol,timeframe,tick_ts');
    expect(csv.split('\n')).toHaveLength(3);
    expect(tableCsv([{ a: '=1+1', b: -1, c: null, d: 'x,y' }])).toBe(`a,b,c,d\n'=1+1,-1,,"x,y"\n`);
  });
});

describe('stream (quant spec §9.1)', () => {
  it('numbers messages, replays what was missed and asks for a snapshot beyond that', () => {
    const topic = new StreamTopic('quant_update');
    const update = quantUpdate(last, rows.summary(last), []);
    for (let i = 0; i < KEPT_MESSAGES + 5; i++) topic.push(START + i, update);
    expect(topic.since(topic.seq)).toEqual([]);
    expect(topic.since(topic.seq - 2)!.map(({ seq }) => seq)).toEqual([topic.seq - 1, topic.seq]);
    expect(topic.since(5)!).toHaveLength(KEPT_MESSAGES);
    expect([topic.since(4), topic.since(topic.seq + 1), topic.since(0.5)]).toEqual([undefined, undefined, undefined]);
    expect(topic.snapshot(START, update)).toMatchObject({ kind: 'snapshot', seq: topic.seq });
  });

  it('says only rows that changed, in the shape of the contract', () => {
    const before = rows.summary(last);
    expect(quantUpdate(last, before, before).data).toEqual([]);
    expect(quantUpdate(last, before, before.slice(1)).data).toEqual(before.slice(0, 1));
    const topics = [
      new StreamTopic('quant_update').push(START, quantUpdate(last, before, [])),
      new StreamTopic('quant_summary').push(START, quantStrip(last, 0)),
      new StreamTopic('quant_update_5s').push(START, { data: [...liveRows(engine, last, last.tickTs)], ts: START }),
    ];
    for (const message of topics) {
      expect(streamMessageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
    }
  });
});

describe('alerts (quant spec §9.1)', () => {
  it('raise once, stay open while hot, and are armed again after fifteen calm minutes', () => {
    const engine = new QuantEngine(universe, PARAMS);
    const alerts = new AlertBoard();
    const happened: string[] = [];
    for (let minute = 0; minute <= 60; minute++) {
      const at = START + minute * MIN;
      const rate = minute < 10 || minute >= 40 ? 2e-3 : 1e-5;
      const rates = { rate, interval_ms: 8 * HOUR, predicted_rate: null, next_settlement: null };
      engine.onEvent(event('funding', PERP_ID, at, { unit: 'fraction', ...rates }));
      engine.onEvent(event('open_interest', PERP_ID, at, { unit: 'usd', amount: 1e9, sides: 1, mark_price: 1 }));
      const { raised, cleared } = alerts.onTick(engine.tick(at));
      happened.push(...raised.filter(({ rule }) => rule === 'funding_8h').map(() => `raised ${minute}`));
      happened.push(...cleared.filter(({ rule }) => rule === 'funding_8h').map(() => `cleared ${minute}`));
    }
    expect(happened).toEqual(['raised 0', 'cleared 25', 'raised 40']);
    const missing = alerts.recent.filter(({ rule }) => rule === 'missing_mid');
    expect(missing.map(({ raised_at: at }) => (at - START) / MIN)).toEqual([5]);
    expect(alerts.recent.find(({ rule }) => rule === 'funding_8h')).toMatchObject({
      key: 'funding_8h:BTC-USD',
      severity: 'high',
      value: 2e-3,
      evidence: `${START}/BTC-USD/1m/0`,
    });
  });
});

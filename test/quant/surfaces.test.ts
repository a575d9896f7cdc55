import { describe, expect, it } from 'vitest';
import { legacyContextSchema } from '#shared/contracts/legacy-context.ts';
import type { Timeframe } from '#shared/contracts/quant-params.ts';
import type { QuantSignal } from '#shared/contracts/quant-signal.ts';
import type { QuantAlert } from '#shared/contracts/quant-stream.ts';
import { streamMessageSchema } from '#shared/contracts/quant-stream.ts';
import { AlertBoard } from '#shared/quant/alerts/alert-board.ts';
import { liveRows } from '#shared/quant/api/live-rows.ts';
import type { QuantBoard, RegimeBoard, TickScope } from '#shared/quant/api/quant-board.ts';
import { quantRoute } from '#shared/quant/api/quant-routes.ts';
import { ReadTurns } from '#shared/quant/api/read-turns.ts';
import { regimeRoute } from '#shared/quant/api/regime-routes.ts';
import type { RouteAnswer } from '#shared/quant/api/route-answer.ts';
import { KEPT_MESSAGES, StreamTopic } from '#shared/quant/api/stream-topic.ts';
import { tableCsv } from '#shared/quant/api/table-csv.ts';
import { quantUpdate } from '#shared/quant/api/tick-events.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import { LegacyContexts } from '#shared/quant/legacy/legacy-contexts.ts';
import { usableValue } from '#shared/quant/legacy/legacy-series.ts';
import { QuantRows, quantStrip } from '#shared/quant/rows/quant-rows.ts';
import { regimeState } from '#shared/signals/regime/regime-state.ts';
import { snapshotOf } from '../signals/regime/sample-snapshot.ts';
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

/** What a store says of the last tick. */
const STORED: TickScope = { tickTs: last.tickTs, symbols: ['BTC-USD'], timeframes: PARAMS.timeframes };

function board(tick: QuantTick | null = last, alerts: readonly QuantAlert[] = []): QuantBoard {
  const features = ticks.map((each) => rows.features(each, 0, 0));
  return {
    tick,
    rows,
    summary: tick === null ? [] : rows.summary(tick),
    signals: async () => [],
    contexts: new LegacyContexts(
      async (_symbol, _timeframe, ts) => features.find(({ tick_ts: at }) => at === ts),
      async () => undefined,
    ),
    alerts: async ({ cursor, limit }) => {
      const stored = alerts.map((alert) => ({ alert, ackedBy: 'ann', ackedAtMs: START, snoozedUntilMs: null }));
      return { rows: stored.slice(cursor, cursor + limit), total: stored.length };
    },
    history: async (_symbol, _timeframe, from, to, { cursor, limit }) => {
      const meant = features.filter(({ tick_ts: at }) => at >= from && at < to);
      const rows = meant.slice(cursor, cursor + limit).map((row) => Buffer.from(JSON.stringify(row)));
      return { rows, total: meant.length, end: cursor + rows.length };
    },
    reads: new ReadTurns(),
    stored: async () => (tick === null ? null : STORED),
  };
}

function biasSignal(own: Pick<QuantSignal, 'symbol' | 'timeframe'>): QuantSignal {
  const id = `bias:${own.symbol}:${own.timeframe}@${START}`;
  return { id, kind: 'bias', ...own, from: 'neutral', to: 'long', score: 0.5, coverage: 1, tick_ts: START, evidence: '' };
}

function get(path: string, on = board()) {
  const url = new URL(path, 'http://board');
  return quantRoute(on, url.pathname, url.searchParams);
}

function jsonOf({ body }: RouteAnswer): unknown {
  return JSON.parse(new TextDecoder().decode(body as Uint8Array));
}

describe('GET routes (quant spec §8)', () => {
  it('page the summary with strip, cursor and range', async () => {
    const answer = (await get('/api/quant/summary?timeframe=5m'))!;
    expect([answer.status, answer.headers]).toEqual([200, { 'Content-Range': 'rows 0-0/1' }]);
    expect(answer.body).toMatchObject({ as_of: last.tickTs, next_cursor: null, strip: quantStrip(last, 1) });
    const history = (await get(`/api/metrics/BTC-USD/history?from=${START}&to=${START + 2 * MIN}&limit=3`))!;
    expect(history.headers['Content-Range']).toBe('rows 0-2/8');
    expect(jsonOf(history)).toMatchObject({ as_of: last.tickTs, next_cursor: '3' });
    const second = (await get(`/api/metrics?symbol=BTC-USD&from=${START}&to=${START + 2 * MIN}&limit=3&cursor=6`))!;
    expect(second.headers['Content-Range']).toBe('rows 6-7/8');
    expect(jsonOf(second)).toMatchObject({ next_cursor: null });
    const none = (await get(`/api/metrics/BTC-USD/history?cursor=1000`))!;
    expect(none.headers['Content-Range']).toMatch(/^rows \*\//);
    expect(jsonOf(none)).toMatchObject({ next_cursor: null, rows: [] });
  });

  it('go on where a page ended early, and behind places that it left out', async () => {
    const on: QuantBoard = {
      ...board(),
      history: async () => ({ rows: [Buffer.from('{"a":1}'), Buffer.from('{"a":2}')], total: 9, end: 5 }),
    };
    const answer = (await get('/api/metrics/BTC-USD/history?cursor=2&limit=1000', on))!;
    expect(answer.headers['Content-Range']).toBe('rows 2-4/9');
    expect(jsonOf(answer)).toEqual({ as_of: last.tickTs, next_cursor: '5', rows: [{ a: 1 }, { a: 2 }] });
  });

  it('answer out of the store what needs no tick of this process, and say of the rest that there is none', async () => {
    const standby: QuantBoard = { ...board(null), stored: async () => STORED };
    const statusOf = async (path: string, on: QuantBoard) => (await get(path, on))!.status;
    const stored = ['/api/metrics/BTC-USD/history', '/api/metrics?symbol=BTC-USD', '/api/alerts', '/api/signals/latest'];
    for (const path of [...stored, '/api/export/alerts.csv', '/api/export/signals.json', '/api/export/regime.csv']) {
      expect([path, await statusOf(path, standby), await statusOf(path, board(null))]).toEqual([path, 200, 404]);
    }
    for (const path of ['/api/quant/summary', '/api/metrics/BTC-USD/latest', '/api/context/latest', '/api/export/summary.csv']) {
      expect([path, await statusOf(path, standby)]).toEqual([path, 404]);
    }
    expect(await statusOf('/api/metrics/NOPE-USD/history', standby)).toBe(404);
  });

  it('let two long reads run, the third wait, and refuse those for whom there is no room', async () => {
    const begun: PromiseWithResolvers<void>[] = [];
    const on: QuantBoard = {
      ...board(),
      history: async () => {
        const mine = Promise.withResolvers<void>();
        begun.push(mine);
        await mine.promise;
        return { rows: [], total: 0, end: 0 };
      },
    };
    const ask = () => get('/api/metrics/BTC-USD/history', on);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const answers = Array.from({ length: 18 }, ask);
    await turn();
    expect(begun).toHaveLength(2);
    expect(await ask()).toMatchObject({ status: 503, headers: { 'Retry-After': expect.stringMatching(/^\d+$/) } });
    expect((await get('/api/quant/summary', on))!.status).toBe(200);
    begun[1]!.reject(new Error('the disk'));
    await expect(answers[1]).rejects.toThrow('the disk');
    await turn();
    expect(begun).toHaveLength(3);
    for (let at = 0; at < 18; at++) {
      begun[at]?.resolve();
      await turn();
    }
    expect(await Promise.all(answers.toSpliced(1, 1))).toHaveLength(17);
    expect(begun).toHaveLength(18);
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
    expect((await get('/api/metrics?from=1'))!).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^symbol must/) } },
    });
    expect((await get('/api/quant/summary?limit=1&limit=2'))!).toMatchObject({
      status: 400,
      body: { error: { message: 'repeated query keys: limit; say each once', details: ['limit'] } },
    });
    expect(await statusOf('/api/metrics/BTC-USD/history?from=9&to=3')).toBe(400);
    expect(await statusOf('/health')).toBeUndefined();
    expect((await get('/api/alerts', board(null)))!.status).toBe(404);
  });

  it('give the newest signals of what is watched, all timeframes unless one is asked for', async () => {
    const of = (symbol: string, timeframe: Timeframe) => biasSignal({ symbol, timeframe });
    const signals = [of('BTC-USD', '1m'), of('OLD-USD', '1m'), of('BTC-USD', '1h')];
    const on: QuantBoard = { ...board(), signals: async () => signals };
    const all = (await get('/api/signals/latest', on))!;
    expect(all).toMatchObject({ headers: { 'Content-Range': 'signals 0-1/2' }, body: { rows: [signals[0], signals[2]] } });
    const second = (await get('/api/signals/latest?limit=1&cursor=1', on))!;
    expect(second).toMatchObject({
      headers: { 'Content-Range': 'signals 1-1/2' },
      body: { rows: [signals[2]], next_cursor: null },
    });
    const hour = (await get('/api/signals/latest?timeframe=1h&symbol=BTC-USD', on))!;
    expect(hour.body).toMatchObject({ as_of: last.tickTs, rows: [signals[2]] });
    const statusOf = async (query: string) => (await get(`/api/signals/latest?${query}`, on))!.status;
    expect([await statusOf('timeframe=2h'), await statusOf('symbol=OLD-USD'), await statusOf('symbols=BTC-USD')]).toEqual([
      400, 404, 400,
    ]);
    const exported = (await get('/api/export/signals.json?timeframe=1h', on))!;
    expect(exported.body).toMatchObject({ rows: [signals[2]] });
  });

  it('tell the legacy context, labelled so, and page it', async () => {
    const latest = (await get('/api/context/latest'))!;
    expect(latest).toMatchObject({
      status: 200,
      headers: { 'Content-Range': 'rows 0-0/1' },
      body: { legacy: true, next_cursor: null },
    });
    const [row] = (latest.body as { rows: unknown[] }).rows;
    expect(legacyContextSchema.parse(row)).toMatchObject({ symbol: 'BTC-USD', timeframe: '1m', tick_ts: last.tickTs });
    const trends = (await get('/api/context/trends'))!.body as { rows: { px5: number }[] };
    const mid = (back: number) => usableValue(rows.features(ticks.at(-1 - back)!, 0, 0), 'mid');
    const perMinute = MIN / PARAMS.tick_ms;
    expect(trends.rows[0]!.px5).toBeCloseTo(100 * (mid(0) / mid(5 * perMinute) - 1), 12);
    const summary = (await get('/api/context/summary?timeframe=1m'))!.body;
    expect(summary).toMatchObject({ as_of: last.tickTs, legacy: true, timeframe: '1m', symbols: 1 });
    expectOnlyNumbersLeave([latest.body, trends, summary]);
    expect((await get('/api/context/summary?limit=1'))!.status).toBe(400);
    expect((await get('/api/context/latest?limit=0'))!.status).toBe(400);
    expect((await get('/api/context/trends?timeframe=2h'))!.status).toBe(400);
    expect((await get('/api/context/nothing'))?.status).toBeUndefined();
    const exported = (await get('/api/export/context.csv'))!.body as string;
    expect(exported.split('\n')).toHaveLength(3);
  });

  it('export the rows as they are, harmless to a spreadsheet', async () => {
    const csv = (await get('/api/export/summary.csv?timeframe=1m'))!.body as string;
    expect(csv.split('\n')[0]).toContain('symbol,timeframe,tick_ts');
    expect(csv.split('\n')).toHaveLength(3);
    expect(tableCsv([{ a: '=1+1', b: -1, c: null, d: 'x,y' }])).toBe(`a,b,c,d\n'=1+1,-1,,"x,y"\n`);
  });
});

describe('GET routes of the regime', () => {
  const states = ['00', '04', '08'].map((hour, at) => {
    const regime = at === 0 ? 'choppy' : 'trending';
    return regimeState(snapshotOf(`2026-11-01T${hour}:00:00Z`, { regime }));
  });
  const ts = states.map(({ boundary }) => Date.parse(boundary));
  const change = { symbol: 'global', from: 'choppy', to: 'trending', confidence: 0.6, ts: ts[1]! } as const;
  const regimes: RegimeBoard = {
    states: () => states,
    transitions: () => [change],
    inForce: () => ({ regime: 'mixed', fallback: 'stale', state: states.at(-1)! }),
  };
  const ask = (path: string, on: RegimeBoard | undefined = regimes) => {
    const url = new URL(path, 'http://board');
    return regimeRoute(on, url.pathname, url.searchParams, 7);
  };

  it('need no tick, say how to behave and why, and page history and transitions with times in ms', () => {
    expect(ask('/api/regime/latest')!.body).toMatchObject({
      as_of: 7,
      regime: 'mixed',
      fallback: 'stale',
      state: { ts: ts[2], regime: 'trending', valid_until: ts[2]! + 4 * HOUR, confidence: 0.6 },
    });
    const history = ask(`/api/regime/history?from=${ts[0]}&to=${ts[2]}&limit=1`)!;
    expect(history.headers).toEqual({ 'Content-Range': 'regimes 0-0/2' });
    expect(history.body).toMatchObject({ next_cursor: '1', rows: [{ ts: ts[0] }] });
    expect(ask('/api/regime/history')!.headers).toEqual({ 'Content-Range': 'regimes 0-2/3' });
    expect(ask('/api/regime/transitions/latest')!.body).toMatchObject({ rows: [change] });
    expectOnlyNumbersLeave(ask('/api/regime/history')!.body);
  });

  it('refuse what they do not know, and are not there where nobody hears of regimes', () => {
    const statusOf = (path: string) => ask(path)?.status;
    expect(statusOf('/api/regime/latest?symbol=BTC-USD')).toBe(400);
    expect(statusOf('/api/regime/history?from=9&to=3')).toBe(400);
    expect(statusOf('/api/regime/history?from=x')).toBe(400);
    expect(statusOf('/api/regime/transitions/latest?limit=0')).toBe(400);
    expect([statusOf('/api/regime'), regimeRoute(undefined, '/api/regime/latest', new URLSearchParams(), 7)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('export their states', async () => {
    const csv = (await get('/api/export/regime.csv', { ...board(), regimes }))!.body as string;
    expect(csv.split('\n')).toHaveLength(5);
    expect(csv).toContain(`${ts[2]},`);
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

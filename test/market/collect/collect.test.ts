import { describe, expect, it } from 'vitest';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { candleArchive } from '#shared/cold/candle-archive.ts';
import { batchRows } from '#shared/cold/row-versions.ts';
import { OHLCV_1D, QUARANTINE } from '#shared/cold/tables.ts';
import { DAY_MS, formatDay } from '#shared/core/calendar-day.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { collectCandles } from '#shared/market/collect/collect.ts';
import type { CollectProgress } from '#shared/market/collect/collect-input.ts';
import type { SourceCandle } from '#shared/ports/candle-source.ts';
import { AS_OF, candle, candles, FROM, instrument, NOW_MS, snapshot, world } from './world.ts';

const EVER = { from: 0, to: Date.UTC(2100, 0, 1) };

async function collected(made: ReturnType<typeof world>, more: Partial<ReturnType<typeof world>['input']> = {}) {
  const outcome = await collectCandles(made, { ...made.input, ...more });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value;
}

describe('a collection', () => {
  it('stores every finished day of every symbol and reports it', async () => {
    const made = world();
    const report = await collected(made);
    expect(report).toMatchObject({ source: 'memory', as_of: '2024-02-29', candles: 273, quarantined: 0, revisions: [] });
    expect(report.symbols.map(({ symbol, state }) => [symbol, state])).toEqual([
      ['AAAUSDT', 'ok'],
      ['BBBUSDT', 'ok'],
      ['CCCUSDT', 'ok'],
    ]);
    const series = await made.archive.read('memory');
    expect(series.map(({ symbol }) => symbol)).toEqual(['AAAUSDT', 'BBBUSDT', 'CCCUSDT']);
    expect(formatDay(series[0]!.day[0]!)).toBe('2023-12-01');
    expect(formatDay(series[0]!.day.at(-1)!)).toBe('2024-02-29');
    expect(series[0]!.quoteVolume[5]).toBe(1000 + FROM + 5);
    expect(series[0]!.tradeCount).toBeUndefined();
    expect(Object.keys(await snapshot(made.objects)).filter((name) => name.startsWith('staging/'))).toEqual([]);
  });

  it('keys bars by their close, in canonical symbols, available at the run', async () => {
    const made = world();
    await collected(made);
    const rows = [];
    for await (const batch of coldStore(made.objects, { root: 'cold' }).readParquet(OHLCV_1D, EVER, [
      'ts',
      'symbol',
      'venue',
      'available_at',
    ])) {
      rows.push(...batchRows(batch));
    }
    expect(rows[0]).toEqual({ ts: (FROM + 1) * DAY_MS, symbol: 'AAA-USDT', venue: 'memory', available_at: NOW_MS });
  });

  it('answers again at the same logical time without asking the venue', async () => {
    const made = world();
    const first = await collected(made);
    const before = await snapshot(made.objects);
    const source = { ...made.source, fetchPage: () => Promise.reject(new Error('asked the venue')) };
    expect(await collectCandles({ ...made, source }, made.input)).toEqual({ ok: true, value: first });
    expect(await snapshot(made.objects)).toEqual(before);
  });

  it('is another run when other symbols are wanted at the same logical time', async () => {
    const made = world();
    const [one, ...others] = made.input.instruments;
    await collected(made, { instruments: [one!] });
    expect((await collected(made, { instruments: [one!, ...others] })).symbols).toHaveLength(3);
    const reports = Object.keys(await snapshot(made.objects)).filter((name) => name.startsWith('collections/'));
    expect(reports).toEqual([`collections/memory/2024-02-29-${NOW_MS}.json`, `collections/memory/2024-02-29-${NOW_MS + 1}.json`]);
  });

  it('tells its progress in order', async () => {
    const made = world();
    const events: CollectProgress[] = [];
    await collected(made, { onProgress: (event) => events.push(event) });
    expect(events[0]).toEqual({ kind: 'started', symbols: 3, resumed: false });
    expect(events.filter(({ kind }) => kind === 'page')).toHaveLength(12);
    expect(events.at(-2)).toEqual({ kind: 'symbol', symbol: 'CCCUSDT', state: 'ok', done: 3, total: 3 });
    expect(events.at(-1)).toEqual({ kind: 'committing', candles: 273 });
  });

  it('continues with the new days only, and stores nothing twice', async () => {
    const made = world();
    await collected(made, { asOf: AS_OF - 5 });
    const asked: number[] = [];
    const source = {
      ...made.source,
      fetchPage: (request: Parameters<typeof made.source.fetchPage>[0]) => {
        asked.push(request.from);
        return made.source.fetchPage(request);
      },
    };
    const report = await collected({ ...made, source });
    expect(new Set(asked)).toEqual(new Set([AS_OF - 14]));
    expect(report).toMatchObject({ candles: 45, revisions: [] });
    const fresh = world();
    await collected(fresh);
    expect(await made.archive.read('memory')).toEqual(await fresh.archive.read('memory'));
    const before = await snapshot(made.objects);
    await collected(made, { nowMs: NOW_MS + 1000 });
    const after = Object.keys(await snapshot(made.objects)).filter((name) => before[name] === undefined);
    expect(after).toEqual([`collections/memory/2024-02-29-${NOW_MS + 1000}.json`]);
  });

  it('refuses a day that is not over', async () => {
    const made = world();
    const early = { nowMs: (AS_OF + 1) * DAY_MS + 599_999 };
    expect(await collectCandles(made, { ...made.input, ...early })).toMatchObject({ ok: false, error: { code: 'open_candle' } });
    expect((await collectCandles(made, { ...made.input, nowMs: early.nowMs + 1 })).ok).toBe(true);
  });

  it.each(['=CMD()', 'aaa', 'AAA/'])('refuses an instrument named after %s', async (base) => {
    const made = world();
    const outcome = await collectCandles(made, { ...made.input, instruments: [instrument(base)] });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'symbol_charset' } });
    const renamed = { ...instrument('AAA'), symbol: 'BBBUSDT' };
    expect((await collectCandles(made, { ...made.input, instruments: [renamed] })).ok).toBe(false);
  });

  it('accepts the unfinished day where the parameters say so, and corrects it the next day', async () => {
    const rows = new Map([['AAAUSDT', [...candles(FROM, AS_OF - 1), candle(AS_OF, { close: 10, volume: 1, quoteVolume: 10 })]]]);
    const made = world(rows);
    await collected(made, { openCandle: 'accept', nowMs: AS_OF * DAY_MS + 3_600_000 });
    rows.set('AAAUSDT', candles(FROM, AS_OF));
    const report = await collected(made);
    expect(report.revisions.map(({ field }) => field)).toEqual(['close', 'volume', 'quote_volume']);
    expect((await made.archive.read('memory'))[0]!.volume.at(-1)).toBe(100);
  });
});

describe('interruption', () => {
  it('at every page boundary resumes and ends in the same bytes', async () => {
    const whole = world();
    await collected(whole);
    const expected = await snapshot(whole.objects);
    for (let stopAfter = 1; stopAfter <= 12; stopAfter++) {
      const made = world();
      const controller = new AbortController();
      let pages = 0;
      const onProgress = (event: CollectProgress) => {
        if (event.kind === 'page' && ++pages === stopAfter) controller.abort(new Error('Ctrl-C'));
      };
      const interrupted = collectCandles(made, { ...made.input, onProgress, signal: controller.signal });
      // The last page of the last symbol leaves nothing to abort.
      if (stopAfter < 12) await expect(interrupted).rejects.toThrow('Ctrl-C');
      else await interrupted;
      let asked = 0;
      const source = {
        ...made.source,
        fetchPage: (request: Parameters<typeof made.source.fetchPage>[0]) => {
          asked++;
          return made.source.fetchPage(request);
        },
      };
      if (stopAfter < 12) {
        await collected({ ...made, source }, { nowMs: NOW_MS + 999_999 });
        expect(asked).toBe(12 - stopAfter);
      }
      expect(await snapshot(made.objects)).toEqual(expected);
    }
  });

  it('at every store call of the commit resumes and ends in the same bytes', async () => {
    const bad = new Map([['AAAUSDT', [...candles(FROM, AS_OF), candle(FROM + 3, { openTimeMs: FROM * DAY_MS + 1 })]]]);
    const whole = world(bad);
    await collected(whole);
    const expected = await snapshot(whole.objects);
    let completed = false;
    for (let failAt = 0; !completed; failAt++) {
      const made = world(bad);
      let writes = 0;
      const cut = () => {
        if (writes++ === failAt) throw new Error('power cut');
      };
      const failing: typeof made.objects = {
        ...made.objects,
        put: async (...call) => {
          cut();
          return made.objects.put(...call);
        },
        delete: async (...call) => {
          cut();
          return made.objects.delete(...call);
        },
      };
      const archive = candleArchive({ objects: failing, cold: coldStore(failing, { root: 'cold' }) }, DEFAULT_LAYOUT);
      completed = await collectCandles({ ...made, archive }, made.input).then(
        () => true,
        () => false,
      );
      // Before the first page is staged nothing has begun, so the next run is simply a first one.
      if (!completed) await collected(made, { nowMs: failAt === 0 ? NOW_MS : NOW_MS + 5000 });
      const after = await snapshot(made.objects);
      // A cut after the commit leaves a second, empty run: the tables are what must not differ.
      const tables = (all: typeof after) => Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('cold/')));
      expect(tables(after)).toEqual(tables(expected));
      expect(Object.keys(after).filter((name) => name.startsWith('staging/'))).toEqual([]);
      expect(after[`collections/memory/2024-02-29-${NOW_MS}.json`]).toBe(
        expected[`collections/memory/2024-02-29-${NOW_MS}.json`],
      );
    }
  });

  it('of an earlier day is kept when a later day is collected', async () => {
    const made = world();
    const controller = new AbortController();
    const onProgress = (event: CollectProgress) => {
      if (event.kind === 'symbol') controller.abort(new Error('Ctrl-C'));
    };
    const input = { ...made.input, asOf: AS_OF - 1, onProgress, signal: controller.signal };
    await expect(collectCandles(made, input)).rejects.toThrow('Ctrl-C');
    await collected(made);
    const fresh = world();
    await collected(fresh);
    expect(await made.archive.read('memory')).toEqual(await fresh.archive.read('memory'));
    expect(Object.keys(await snapshot(made.objects)).filter((name) => name.startsWith('staging/'))).toEqual([]);
  });
});

describe('corrections', () => {
  const changed = (day: number, more: Partial<SourceCandle>) =>
    candles(FROM, AS_OF).map((row) => (row.openTimeMs === day * DAY_MS ? { ...row, ...more } : row));

  it('of recent days replace the old value from now on, and are recorded', async () => {
    const made = world();
    await collected(made);
    made.rows.set('BBBUSDT', changed(AS_OF - 9, { close: candle(AS_OF - 9).low }));
    const later = NOW_MS + DAY_MS;
    const report = await collected(made, { nowMs: later });
    const { close: old, low } = candle(AS_OF - 9);
    expect(report.revisions).toEqual([{ symbol: 'BBBUSDT', date: formatDay(AS_OF - 9), field: 'close', old, new: low }]);
    const closeOf = async (asOfMs: number) => (await made.archive.read('memory', { asOfMs }))[1]!.close.at(-10);
    expect(await closeOf(later - 1)).toBe(old);
    expect(await closeOf(later)).toBe(low);
  });

  it('before the repaired days stay unseen', async () => {
    const made = world();
    await collected(made);
    made.rows.set('BBBUSDT', changed(AS_OF - 10, { close: candle(AS_OF - 10).low }));
    expect((await collected(made, { nowMs: NOW_MS + DAY_MS })).revisions).toEqual([]);
  });

  it.each([
    ['twenty of them', 19, false],
    ['nineteen of them', 18, true],
  ])('%s', async (_name, last, accepted) => {
    const bases = Array.from({ length: last + 1 }, (_, i) => `S${String.fromCharCode(65 + i)}USDT`);
    const made = world(new Map(bases.map((symbol) => [symbol, candles(AS_OF - 20, AS_OF)])));
    await collected(made);
    for (const symbol of bases) made.rows.set(symbol, [...candles(AS_OF - 20, AS_OF - 1), candle(AS_OF, { quoteVolume: 7 })]);
    const before = await snapshot(made.objects);
    const outcome = await collectCandles(made, { ...made.input, nowMs: NOW_MS + DAY_MS });
    expect(outcome.ok).toBe(accepted);
    if (outcome.ok) return;
    expect(outcome.error.code).toBe('REVISIONS_EXCESSIVE');
    expect(await snapshot(made.objects)).toEqual(before);
    expect((await collectCandles(made, { ...made.input, nowMs: NOW_MS + DAY_MS, acceptRevisions: true })).ok).toBe(true);
  });

  it('of the last days in store pass after a long pause', async () => {
    const made = world();
    await collected(made, { asOf: AS_OF - 40 });
    made.rows.set('BBBUSDT', changed(AS_OF - 42, { close: candle(AS_OF - 42).low }));
    const report = await collected(made, { nowMs: NOW_MS + DAY_MS });
    expect(report.revisions).toMatchObject([{ symbol: 'BBBUSDT', date: formatDay(AS_OF - 42), field: 'close' }]);
  });

  it('older than ten days stop the collection', async () => {
    const made = world();
    await collected(made, { repairDays: 30 });
    made.rows.set('BBBUSDT', changed(AS_OF - 11, { close: candle(AS_OF - 11).low }));
    const outcome = await collectCandles(made, { ...made.input, repairDays: 30, nowMs: NOW_MS + DAY_MS });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'REVISIONS_EXCESSIVE', details: { revisions: 1 } } });
  });
});

describe('bad rows', () => {
  const cases: readonly (readonly [string, Partial<SourceCandle>, string])[] = [
    ['NaN', { close: Number.NaN }, 'value_invalid'],
    ['infinite volume', { volume: Number.POSITIVE_INFINITY }, 'value_invalid'],
    ['a negative price', { low: -1 }, 'value_invalid'],
    ['a zero price', { open: 0 }, 'value_invalid'],
    ['a negative volume', { quoteVolume: -1 }, 'value_invalid'],
    ['a huge value', { volume: 1e18 }, 'value_invalid'],
    ['high below low', { high: 1, low: 5 }, 'ohlc_inconsistent'],
    ['not a whole day', { openTimeMs: FROM * DAY_MS + 3_600_000 }, 'ts_unit'],
    ['seconds for milliseconds', { openTimeMs: (FROM * DAY_MS) / 1000 + 1 }, 'ts_unit'],
    ['no time', { openTimeMs: Number.NaN }, 'ts_format'],
    ['before 2010', { openTimeMs: 0 }, 'ts_range'],
    ['the future', { openTimeMs: (AS_OF + 400) * DAY_MS }, 'ts_future'],
    ['a duplicate', { openTimeMs: FROM * DAY_MS, ...pricesOf(FROM) }, 'row_duplicate'],
    ['a contradiction', { openTimeMs: FROM * DAY_MS, ...pricesOf(FROM), close: 11.125 }, 'row_conflict'],
  ];

  it.each(cases)('%s goes to quarantine and the rest is stored', async (_name, more, reason) => {
    const rows = [...candles(FROM, FROM + 3), { ...candle(FROM + 4), ...more }];
    const made = world(new Map([['AAAUSDT', rows]]));
    const source = { ...made.source, fetchPage: async () => ({ candles: rows, next: null }) };
    const report = await collected({ ...made, source });
    expect(report.quarantined).toBe(1);
    const series = (await made.archive.read('memory'))[0]!;
    expect(Array.from(series.day)).toEqual([FROM, FROM + 1, FROM + 2, FROM + 3]);
    const found = [];
    const columns = ['ts', 'table', 'symbol', 'venue', 'reason', 'row'];
    for await (const batch of coldStore(made.objects, { root: 'cold' }).readParquet(QUARANTINE, EVER, columns))
      found.push(...batchRows(batch));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ ts: NOW_MS, table: 'ohlcv_1d', symbol: 'AAA-USDT', venue: 'memory', reason });
    expect(JSON.parse(String(found[0]!.row))).toHaveProperty('openTimeMs');
  });

  it('out of order are sorted and noted', async () => {
    const rows = candles(FROM, FROM + 3);
    const made = world(new Map([['AAAUSDT', rows]]));
    const source = { ...made.source, fetchPage: async () => ({ candles: [rows[1]!, rows[0]!, rows[2]!, rows[3]!], next: null }) };
    expect((await collected({ ...made, source })).quarantined).toBe(1);
    expect(Array.from((await made.archive.read('memory'))[0]!.day)).toEqual([FROM, FROM + 1, FROM + 2, FROM + 3]);
  });

  function pricesOf(day: number): Partial<SourceCandle> {
    const { open, high, low, close, volume, quoteVolume } = candle(day);
    return { open, high, low, close, volume, quoteVolume };
  }
});

describe('a source that fails', () => {
  const failing = (made: ReturnType<typeof world>, symbols: readonly string[], kind: 'transient' | 'terminal') => ({
    ...made.source,
    fetchPage: async (request: Parameters<typeof made.source.fetchPage>[0]) => {
      if (symbols.includes(request.symbol)) throw new LivepoolError('VENUE_UNAVAILABLE', kind, 'down');
      return made.source.fetchPage(request);
    },
  });

  it('for one symbol marks it and stores the others', async () => {
    const made = world();
    const report = await collected({ ...made, source: failing(made, ['BBBUSDT'], 'transient') });
    expect(report.symbols[1]).toEqual({ symbol: 'BBBUSDT', state: 'fetch_failed', reason: 'VENUE_UNAVAILABLE: down' });
    expect((await made.archive.read('memory')).map(({ symbol }) => symbol)).toEqual(['AAAUSDT', 'CCCUSDT']);
  });

  it('for good stops after five symbols and loses nothing', async () => {
    const bases = 'ABCDEFGH'.split('').map((letter) => `${letter}USDT`);
    const made = world(new Map(bases.map((symbol) => [symbol, candles(AS_OF - 5, AS_OF)])));
    const source = failing(made, bases.slice(1), 'transient');
    await expect(collectCandles({ ...made, source }, made.input)).rejects.toMatchObject({ kind: 'transient' });
    const report = await collected(made, { nowMs: NOW_MS + 1 });
    expect(report.symbols.every(({ state }) => state === 'ok')).toBe(true);
    expect((await made.archive.read('memory')).length).toBe(8);
  });

  it('with an unknown symbol is not blamed on the venue', async () => {
    const made = world();
    const more = 'TUVWXYZ'.split('').map(instrument);
    const report = await collected(made, { instruments: [...made.input.instruments, ...more] });
    expect(report.symbols.filter(({ state }) => state === 'fetch_failed')).toHaveLength(7);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { MinuteBar } from '#shared/contracts/market-samples.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import { envelopeRows } from '#shared/streaming/cold/envelope-rows.ts';
import { EnvelopeComposer } from '#shared/streaming/compose/envelope-composer.ts';
import { MinuteBars } from '#shared/streaming/compose/minute-bars.ts';
import { bookState, common, depth, gap, print, top } from './sample-events.ts';

const blake3 = await openBlake3();
const MINUTE = 60_000;
const MINUTES = 4;
const MEANS = ['spread_bps', 'depth_10bps_bid', 'depth_10bps_ask', 'depth_25bps_bid', 'depth_100bps_ask'] as const;

type Rows = ReadonlyMap<string, readonly ColdRow[]>;

interface Happening {
  readonly at: number;
  readonly base: string;
  readonly kind: 'top' | 'depth' | 'print' | 'mark' | 'broken' | 'live' | 'gap';
  readonly price: number;
  readonly isBuy: boolean;
}

/** What happens to two instruments, in the order of its times. */
const happenings: fc.Arbitrary<readonly Happening[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: MINUTES * MINUTE - 1 }),
      base: fc.constantFrom('BTC', 'ETH'),
      kind: fc.constantFrom<Happening['kind'][]>(
        ...(['top', 'top', 'depth', 'depth', 'print', 'print', 'print', 'mark', 'broken', 'live', 'gap'] as const),
      ),
      price: fc.integer({ min: 900, max: 1_100 }).map((n) => n / 10),
      isBuy: fc.boolean(),
    }),
    { minLength: 50, maxLength: 400 },
  )
  .map((happened) => happened.toSorted((a, b) => a.at - b.at));

function eventOf({ at, base, kind, price, isBuy }: Happening, n: number): MarketEvent {
  if (kind === 'top') return top(base, at, { bid: price, ask: price + (n % 7) / 10 });
  if (kind === 'depth') return { ...depth(base, at), best_bid: price * (n % 3), best_ask: 150 };
  if (kind === 'print') return print(base, at, { trade_id: `${n}`, price, qty: price / 7, side: isBuy ? 'buy' : 'sell' });
  if (kind === 'mark') return { ...common(base, at), type: 'mark', unit: 'quote', mark_price: price, index_price: null };
  if (kind === 'gap') return gap(base, at);
  return bookState(base, at, kind === 'live' ? null : 'checksum');
}

/** The worker's hot rows, and what the cold tier has of the same events. */
function hotAndCold(happened: readonly MarketEvent[]): { readonly bars: readonly MinuteBar[]; readonly cold: Rows } {
  const minutes = new MinuteBars();
  const bars: MinuteBar[] = [];
  const listener = {
    onSample: minutes.onSample.bind(minutes),
    onBar: minutes.onBar.bind(minutes),
    onMark: minutes.onMark.bind(minutes),
    onDue: (nowMs: number) => void bars.push(...minutes.due(nowMs)),
  };
  const composer = new EnvelopeComposer({ blake3, contractOf: () => undefined, region: 'local', leaseEpoch: 0, listener });
  const waiting = [...happened];
  const found = [];
  for (let atMs = 1_000; atMs <= (MINUTES + 1) * MINUTE; atMs += 1_000) {
    while (waiting.length > 0 && waiting[0]!.ts_recv < atMs) composer.push(waiting.shift()!);
    found.push(...composer.due(atMs));
  }
  const rows = found.flatMap(({ envelope }) => envelopeRows(envelope));
  const cold = Map.groupBy(rows, ({ schema }) => schema.table);
  return { bars, cold: new Map([...cold].map(([table, of]) => [table, of.map(({ row }) => row)])) };
}

/** Rows of a table that are of a bar: closes and samples in (start, end], prints and marks in [start, end). */
function ofBar({ instrument, minute }: MinuteBar, cold: Rows, table: string): readonly ColdRow[] {
  const offset = table === 'ohlcv_1m' || table === 'micro_1s' ? 1 : 0;
  return (cold.get(table) ?? []).filter(({ ts, symbol }) => {
    const at = Number(ts) - offset;
    return instrument.startsWith(`${String(symbol)}.`) && at >= minute && at < minute + MINUTE;
  });
}

function numbers(rows: readonly ColdRow[], column: string): readonly number[] {
  return rows.map((row) => row[column]).filter((value) => typeof value === 'number');
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ohlc(values: readonly number[]): readonly (number | null)[] {
  return values.length === 0 ? [null, null, null, null] : [values[0]!, Math.max(...values), Math.min(...values), values.at(-1)!];
}

function expectInCold(bar: MinuteBar, cold: Rows): void {
  const [closed, ...others] = ofBar(bar, cold, 'ohlcv_1m');
  expect(others).toEqual([]);
  const { open, high, low, close, volume, quote_volume, trades } = bar;
  const nothing = { open: null, high: null, low: null, close: null, volume: null, quote_volume: null, trades: null };
  expect({ open, high, low, close, volume, quote_volume, trades }).toEqual(
    closed === undefined ? nothing : Object.fromEntries(Object.keys(nothing).map((name) => [name, closed[name]])),
  );
  for (const [side, column] of [
    ['buy', 'taker_buy'],
    ['sell', 'taker_sell'],
  ] as const) {
    const sum = numbers(
      ofBar(bar, cold, 'trades').filter((row) => row.side === side),
      'qty',
    ).reduce((total, qty) => total + qty, 0);
    expect(bar[column]).toEqual(closed === undefined ? null : sum);
  }
  const live = ofBar(bar, cold, 'micro_1s').filter(({ book_state }) => book_state === 'live');
  expect(bar.book_live_ms).toBe(live.length * 1_000);
  for (const column of MEANS) expect(bar[column]).toEqual(mean(numbers(live, column)));
  const twoSided = live.filter((row) => Number(row.best10_bid) > 0 && Number(row.best10_ask) > 0);
  const imbalances = twoSided
    .map((row) => [Number(row.best10_bid), Number(row.best10_ask)] as const)
    .map(([b, a]) => (b - a) / (b + a));
  expect(bar.imbalance).toEqual(mean(imbalances));
  const mids = live.filter(({ spread_bps }) => spread_bps !== null).map(({ bid, ask }) => (Number(bid) + Number(ask)) / 2);
  expect([bar.mid_open, bar.mid_high, bar.mid_low, bar.mid_close]).toEqual(ohlc(mids));
  const marks = numbers(
    ofBar(bar, cold, 'derivs').filter(({ metric }) => metric === 'mark_price'),
    'value',
  );
  // Marks less than ten seconds apart are thinned out on their way: the cold tier may have seen less far, never further.
  if (marks.length > 0) expect([bar.mark_high! >= Math.max(...marks), bar.mark_low! <= Math.min(...marks)]).toEqual([true, true]);
}

it('has nothing in a minute, but for marks between two others, that cannot be had from the cold tier again', () => {
  let whole = 0;
  fc.assert(
    fc.property(happenings, (happened) => {
      const { bars, cold } = hotAndCold(happened.map(eventOf));
      for (const bar of bars) expectInCold(bar, cold);
      const keys = bars.map(({ instrument, minute }) => `${instrument} ${minute}`);
      expect(new Set(keys).size).toBe(keys.length);
      const closed = bars.filter(({ open }) => open !== null).length;
      expect(closed).toBe(cold.get('ohlcv_1m')?.length ?? 0);
      whole += closed;
    }),
    { numRuns: 40, seed: 7 },
  );
  expect(whole).toBeGreaterThan(20);
}, 30_000);

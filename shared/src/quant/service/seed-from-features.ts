import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { MetricValue, QuantFeatureRow } from '../../contracts/quant-rows.ts';
import type { QuantStore } from '../../ports/quant-store.ts';
import type { QuantEngine } from '../engine.ts';
import { isUsable, QUALITIES } from '../quality.ts';
import { storedFeatures } from './stored-features.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MOST_ROWS = 1_000;

/**
 * Fills the windows of a new engine from what another one stored: its open interest, ratios and mids at full minutes, as far back as
 * the longest window looks (quant spec §6, Restart). Sums of trades and settled funding are not in it; feeds bring the latter
 * again. Gives the minutes that were found; counters begin anew.
 */
export async function seedFromFeatures(store: QuantStore, engine: QuantEngine, nowMs: number): Promise<number> {
  const read = storedFeatures(store);
  const longestMs = Math.max(engine.params.z.day_window, engine.params.z.window) * MINUTE_MS;
  const lastTs = new Map<string, number>();
  let minutes = 0;
  for (let fromMs = nowMs - longestMs; fromMs <= nowMs; fromMs += HOUR_MS) {
    const toMs = Math.min(fromMs + HOUR_MS, nowMs + 1);
    const byTick = new Map<number, MarketEvent[]>();
    for (const { symbol } of engine.symbols) {
      const { rows } = await read(
        symbol,
        engine.params.timeframes[0]!,
        fromMs,
        toMs,
        { cursor: 0, limit: MOST_ROWS },
        isFullMinute,
        READ,
      );
      for (const row of rows) {
        byTick.set(row.tick_ts, [
          ...(byTick.get(row.tick_ts) ?? []),
          ...row.metrics.flatMap((metric) => eventsOf(metric, row, lastTs)),
        ]);
      }
    }
    for (const tickTs of [...byTick.keys()].sort((a, b) => a - b)) {
      for (const event of byTick.get(tickTs)!) engine.onEvent(event);
      engine.reuse(engine.tick(tickTs));
      minutes += 1;
    }
  }
  if (minutes > 0) engine.startAgain();
  return minutes;
}

function isFullMinute(tickTs: number): boolean {
  return tickTs % MINUTE_MS === 0;
}

/** Figures that windows look back on. */
const SEEDS: ReadonlySet<string> = new Set(['oi_usd', 'global_ls_ratio', 'top_pos_ls_ratio', 'top_acc_ls_ratio', 'mid']);

/** Those, and what turns them back into events. */
const READ: ReadonlySet<string> = new Set([...SEEDS, 'spread_bps', 'oi_base']);

/**
 * What an instrument's stored figure says again as an event. One that could not be used then is said to be missing, or the engine
 * would carry the one before; `lastTs` keeps the time of that, which a later statement must not precede.
 */
function eventsOf(value: MetricValue, row: QuantFeatureRow, lastTs: Map<string, number>): readonly MarketEvent[] {
  const { metric, venue, instrument } = value;
  if (venue === null || instrument === null || !SEEDS.has(metric)) return [];
  const key = `${instrument} ${metric}`;
  const isKnown = value.value !== null && isUsable(QUALITIES.indexOf(value.quality));
  const tsEvent = isKnown ? (value.ts_event ?? row.tick_ts) : lastTs.get(key);
  if (tsEvent === undefined) return [];
  lastTs.set(key, tsEvent);
  const times = {
    ts_event: tsEvent,
    ts_recv: row.tick_ts,
    available_at: isKnown ? (value.available_at ?? row.tick_ts) : row.tick_ts,
  };
  const common = { venue, instrument, ...times, quality: isKnown ? 'live' : 'missing', raw_ref: 'stored' } as const;
  return [eventOf(common, metric, isKnown ? value.value : null, row)];
}

type Common = Pick<MarketEvent, 'venue' | 'instrument' | 'ts_event' | 'ts_recv' | 'available_at' | 'quality' | 'raw_ref'>;

function eventOf(common: Common, metric: string, amount: number | null, row: QuantFeatureRow): MarketEvent {
  const { instrument } = common;
  const ratio = { ...common, type: 'long_short', unit: 'ratio', ratio: amount, longs: null, shorts: null } as const;
  switch (metric) {
    case 'global_ls_ratio':
      return { ...ratio, population: 'accounts' };
    case 'top_pos_ls_ratio':
      return { ...ratio, population: 'top_positions' };
    case 'top_acc_ls_ratio':
      return { ...ratio, population: 'top_accounts' };
    case 'oi_usd': {
      const price = amount === null ? null : priceOf(amount, instrument, row);
      return { ...common, type: 'open_interest', unit: 'usd', amount, sides: 1, mark_price: price };
    }
    default:
      if (amount === null) return { ...common, type: 'book_state', unit: 'state', live: false, reason: 'stored' };
      return { ...common, type: 'book_top', unit: 'quote', ...sidesOf(amount, instrument, row), bid_size: 0, ask_size: 0 };
  }
}

/** Best prices around a mid, as far apart as the stored spread says. */
function sidesOf(mid: number, instrument: string, row: QuantFeatureRow): { readonly bid: number; readonly ask: number } {
  const half = (mid * (figureOf('spread_bps', instrument, row) ?? 1)) / 20_000;
  return { bid: mid - half, ask: mid + half };
}

/** The price that turned open interest from base into dollars; without it the engine would wait for a mark price. */
function priceOf(usd: number, instrument: string, row: QuantFeatureRow): number | null {
  const base = figureOf('oi_base', instrument, row) ?? 0;
  return base > 0 ? usd / base : null;
}

function figureOf(metric: string, instrument: string, { metrics }: QuantFeatureRow): number | null {
  return metrics.find((each) => each.metric === metric && each.instrument === instrument)?.value ?? null;
}

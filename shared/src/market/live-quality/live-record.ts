import type { DerivativeEvent } from '../../contracts/market-events/derivative-events.ts';
import type { TakerVolumeEvent, TradeEvent } from '../../contracts/market-events/trade-events.ts';
import type { Bar } from '../../contracts/stream-payloads.ts';
import type { QualityPair } from './finding.ts';

type Sample = DerivativeEvent | TakerVolumeEvent;

/** What is judged of a record, whatever kind it is of. */
export interface LiveRecord {
  readonly pair: QualityPair;
  /** Venue without product. */
  readonly venue: string;
  /** Table of the cold tier that it belongs to. */
  readonly table: string;
  readonly tsEventMs: number;
  readonly tsRecvMs: number;
  /** How long it may be under way, ms; null for what is told of the past. */
  readonly staleAfterMs: number | null;
  /** Every number in it; null where the venue says none. */
  readonly numbers: Readonly<Record<string, number | null>>;
  /** Numbers without which it says nothing. */
  readonly needed: readonly string[];
  /** Those of its numbers that are prices, and must be above 0. */
  readonly prices: readonly string[];
  /** Those that may not be negative. */
  readonly amounts: readonly string[];
  /** A sanity check of the layer that read the wire failed. */
  readonly isSuspect: boolean;
}

/** Quality limits of the tiers (data platform spec §4): sockets, and what is asked over REST. */
export const HOT_LIMIT_MS = 10_000;
export const WARM_LIMIT_MS = 60_000;

const PRICES = ['open', 'high', 'low', 'close'];

/** A closed bar; it is under way from when it may be used. */
export function barRecord(pair: QualityPair, bar: Bar, nowMs: number): LiveRecord {
  const { open, high, low, close, volume, quote_volume, trades, available_at: tsEventMs } = bar;
  return {
    ...placeOf(pair, 'ohlcv_1m'),
    tsEventMs,
    tsRecvMs: nowMs,
    staleAfterMs: HOT_LIMIT_MS,
    numbers: { open, high, low, close, volume, quote_volume, trades },
    needed: [...PRICES, 'volume'],
    prices: PRICES,
    amounts: ['volume', 'quote_volume', 'trades'],
    isSuspect: bar.quality === 'suspect',
  };
}

export function printRecord(pair: QualityPair, { price, qty, ts_event, ts_recv, quality }: TradeEvent): LiveRecord {
  return {
    ...placeOf(pair, 'trades'),
    tsEventMs: ts_event,
    tsRecvMs: ts_recv,
    staleAfterMs: HOT_LIMIT_MS,
    numbers: { price, qty },
    needed: ['price', 'qty'],
    prices: ['price', 'qty'],
    amounts: [],
    isSuspect: quality === 'suspect',
  };
}

interface SampleRule {
  readonly table: string;
  readonly needed: readonly string[];
  readonly prices?: readonly string[];
  readonly amounts?: readonly string[];
  /** The newest value of now, and not one of finished windows or periods. */
  readonly isCurrent?: boolean;
}

const SAMPLE_RULES: Readonly<Record<Sample['type'], SampleRule>> = {
  mark: { table: 'derivs', needed: ['mark_price'], prices: ['mark_price', 'index_price'], isCurrent: true },
  basis: { table: 'basis', needed: ['mark_price', 'spot_price'], prices: ['mark_price', 'spot_price'], isCurrent: true },
  funding: { table: 'funding', needed: ['rate'], isCurrent: true },
  funding_settled: { table: 'derivs', needed: ['rate'] },
  // Venues tell it by windows, the newest of which may be minutes old.
  open_interest: { table: 'open_interest', needed: ['amount'], prices: ['mark_price'], amounts: ['amount'] },
  long_short: { table: 'derivs', needed: ['ratio'], amounts: ['ratio', 'longs', 'shorts'] },
  liquidation: { table: 'derivs', needed: ['price', 'qty'], prices: ['price', 'qty'] },
  liquidation_stats: { table: 'derivs', needed: [], amounts: ['long_usd', 'short_usd'] },
  taker_volume: { table: 'derivs', needed: [], amounts: ['buy', 'sell'] },
};

/** Times and counts are of the shape; what can be wrong with them is found where they are read. */
const NO_VALUES: ReadonlySet<string> = new Set(['ts_event', 'ts_recv', 'available_at']);

export function sampleRecord(pair: QualityPair, event: Sample): LiveRecord {
  const { table, needed, prices = [], amounts = [], isCurrent = false } = SAMPLE_RULES[event.type];
  const numbers = Object.entries(event).filter((entry): entry is [string, number | null] => {
    return !NO_VALUES.has(entry[0]) && (typeof entry[1] === 'number' || entry[1] === null);
  });
  return {
    ...placeOf(pair, table),
    tsEventMs: event.ts_event,
    tsRecvMs: event.ts_recv,
    staleAfterMs: isCurrent ? WARM_LIMIT_MS : null,
    numbers: Object.fromEntries(numbers),
    needed,
    prices,
    amounts,
    isSuspect: event.quality === 'suspect',
  };
}

function placeOf(pair: QualityPair, table: string): Pick<LiveRecord, 'pair' | 'venue' | 'table'> {
  const [venue = ''] = pair.source.split('.');
  return { pair, venue, table };
}

import { DAY_MS } from '../../core/calendar-day.ts';
import { unitsText } from '../fixed-digits.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import { gateError, invalidPair } from './gate-error.ts';
import type { GateListing } from './gate-listings.ts';
import type { VenueCandle } from './listing.ts';
import { HOUR_MS, listingHours } from './listing-hours.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest } from './venue-http.ts';

const DAY_S = DAY_MS / 1000;
/** Lengths of candles that are served, seconds. */
const LENGTHS_S: Readonly<Record<string, number>> = { '1h': HOUR_MS / 1000, '1d': DAY_S };
const MAX_CANDLES = 1000;
const OLDEST_CANDLES = 10_000;
const INTERVALS: readonly string[] = ['10s', '1m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '1d', '7d', '30d'];

/** `GET /spot/candlesticks`: daily or hourly rows of one pair, ascending, the unfinished one included. */
export function candlesticks(
  market: SampleMarket,
  byId: ReadonlyMap<string, GateListing>,
  candlesOf: (listing: GateListing) => readonly VenueCandle[],
  wholeCandlesOf: (listing: GateListing) => readonly VenueCandle[],
  request: VenueRequest,
): VenueAnswer {
  const id = request.query.get('currency_pair');
  if (id === null) return gateError('MISSING_REQUIRED_PARAM', 'Missing required parameter: currency_pair');
  const listing = byId.get(id);
  if (listing === undefined) return invalidPair(id);
  const interval = request.query.get('interval') ?? '30m';
  if (!INTERVALS.includes(interval)) return gateError('INVALID_PARAM_VALUE', `invalid argument: interval ${interval}`);
  const lengthS = LENGTHS_S[interval];
  if (lengthS === undefined) {
    return gateError('INVALID_PARAM_VALUE', `the sample exchange serves 1d and 1h candles, not ${interval}`);
  }
  const window = candleWindow(request.query, market.nowMs, lengthS);
  if ('status' in window) return window;
  const inside = lengthS === DAY_S ? days(candlesOf(listing), window) : hours(market, listing, wholeCandlesOf(listing), window);
  const rows = window.newest ? inside.slice(-window.limit) : inside.slice(0, window.limit);
  const nowS = market.nowMs / 1000;
  return jsonAnswer(
    200,
    rows.map((row) => candleRow(listing, row, row.startS + lengthS <= nowS)),
  );
}

interface CandleRow extends Omit<VenueCandle, 'day'> {
  readonly startS: number;
}

function days(candles: readonly VenueCandle[], { fromS, toS }: CandleWindow): readonly CandleRow[] {
  return candles
    .map(({ day, ...candle }) => ({ startS: day * DAY_S, ...candle }))
    .filter(({ startS }) => startS >= fromS && startS <= toS);
}

/** Without a beginning only as far back as the limit can reach. */
function hours(
  market: SampleMarket,
  listing: GateListing,
  whole: readonly VenueCandle[],
  { fromS, toS, limit, newest }: CandleWindow,
): readonly CandleRow[] {
  const fromMs = newest ? toS * 1000 - limit * HOUR_MS : fromS * 1000;
  return listingHours(market, listing, whole, fromMs, toS * 1000).map(({ startMs, ...hour }) => ({
    startS: startMs / 1000,
    ...hour,
  }));
}

interface CandleWindow {
  readonly fromS: number;
  readonly toS: number;
  readonly limit: number;
  /** Whether the limit keeps the newest rows of the range (no `from`) or the oldest. */
  readonly newest: boolean;
}

/** `from`, `to` (seconds, both inclusive on the candle's start) and `limit`, judged as the venue judges them. */
function candleWindow(query: URLSearchParams, nowMs: number, lengthS: number): CandleWindow | VenueAnswer {
  const [from, to, limit] = ['from', 'to', 'limit'].map((name) => wholeNumber(query.get(name)));
  if (from === null || to === null || limit === null)
    return gateError('INVALID_PARAM_VALUE', 'invalid argument: from, to or limit');
  const nowS = Math.floor(nowMs / 1000);
  if (from !== undefined && to !== undefined && limit !== undefined) {
    return gateError('INVALID_PARAM_VALUE', 'limit conflicts with from and to');
  }
  if (limit !== undefined && (limit < 1 || limit > MAX_CANDLES)) {
    return gateError('INVALID_PARAM_VALUE', `limit must be between 1 and ${MAX_CANDLES}`);
  }
  const toS = to ?? nowS;
  const fromS = from ?? 0;
  if (fromS > toS) return gateError('INVALID_PARAM_VALUE', 'from must not be later than to');
  if (from !== undefined && nowS - from > OLDEST_CANDLES * lengthS) {
    return gateError('INVALID_PARAM_VALUE', `Candlestick too long ago. Maximum ${OLDEST_CANDLES} points ago are allowed`);
  }
  if (from !== undefined && limit === undefined && Math.floor((toS - from) / lengthS) + 1 > MAX_CANDLES) {
    return gateError(
      'INVALID_PARAM_VALUE',
      `Candlestick range too broad. Maximum ${MAX_CANDLES} data points are allowed per request`,
    );
  }
  return { fromS, toS, limit: limit ?? (from === undefined ? 100 : MAX_CANDLES), newest: from === undefined };
}

/** Undefined when absent, null when it is not a whole number ≥ 0. */
function wholeNumber(text: string | null): number | undefined | null {
  if (text === null || text === '') return undefined;
  return /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/** `[time, quote volume, close, high, low, open, base volume, window closed]`, all texts. */
function candleRow(listing: GateListing, candle: CandleRow, isClosed: boolean): string[] {
  const price = (ticks: number): string => unitsText(ticks, listing.priceDigits);
  return [
    String(candle.startS),
    candle.quoteVolume.toFixed(8),
    price(candle.close),
    price(candle.high),
    price(candle.low),
    price(candle.open),
    unitsText(candle.lots, listing.lotDigits),
    String(isClosed),
  ];
}

import { DAY_MS } from '../../core/calendar-day.ts';
import { unitsText } from '../fixed-digits.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import { gateError, invalidPair } from './gate-error.ts';
import type { GateListing } from './gate-listings.ts';
import type { VenueCandle } from './listing.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest } from './venue-http.ts';

const DAY_S = DAY_MS / 1000;
const MAX_CANDLES = 1000;
const OLDEST_CANDLES = 10_000;
const INTERVALS: readonly string[] = ['10s', '1m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '1d', '7d', '30d'];

/** `GET /spot/candlesticks`: daily rows of one pair, ascending, the unfinished day's included. */
export function candlesticks(
  market: SampleMarket,
  byId: ReadonlyMap<string, GateListing>,
  candlesOf: (listing: GateListing) => readonly VenueCandle[],
  request: VenueRequest,
): VenueAnswer {
  const id = request.query.get('currency_pair');
  if (id === null) return gateError('MISSING_REQUIRED_PARAM', 'Missing required parameter: currency_pair');
  const listing = byId.get(id);
  if (listing === undefined) return invalidPair(id);
  const interval = request.query.get('interval') ?? '30m';
  if (!INTERVALS.includes(interval)) return gateError('INVALID_PARAM_VALUE', `invalid argument: interval ${interval}`);
  if (interval !== '1d') return gateError('INVALID_PARAM_VALUE', `the sample exchange serves 1d candles only, not ${interval}`);
  const window = candleWindow(request.query, market.nowMs);
  if ('status' in window) return window;
  const inside = candlesOf(listing).filter((c) => c.day * DAY_S >= window.fromS && c.day * DAY_S <= window.toS);
  const rows = window.newest ? inside.slice(-window.limit) : inside.slice(0, window.limit);
  return jsonAnswer(
    200,
    rows.map((candle) => candleRow(listing, candle, market.today)),
  );
}

interface CandleWindow {
  readonly fromS: number;
  readonly toS: number;
  readonly limit: number;
  /** Whether the limit keeps the newest rows of the range (no `from`) or the oldest. */
  readonly newest: boolean;
}

/** `from`, `to` (seconds, both inclusive on the candle's start) and `limit`, judged as the venue judges them. */
function candleWindow(query: URLSearchParams, nowMs: number): CandleWindow | VenueAnswer {
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
  if (from !== undefined && nowS - from > OLDEST_CANDLES * DAY_S) {
    return gateError('INVALID_PARAM_VALUE', `Candlestick too long ago. Maximum ${OLDEST_CANDLES} points ago are allowed`);
  }
  if (from !== undefined && limit === undefined && Math.floor((toS - from) / DAY_S) + 1 > MAX_CANDLES) {
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
function candleRow(listing: GateListing, candle: VenueCandle, today: number): string[] {
  const price = (ticks: number): string => unitsText(ticks, listing.priceDigits);
  return [
    String(candle.day * DAY_S),
    candle.quoteVolume.toFixed(8),
    price(candle.close),
    price(candle.high),
    price(candle.low),
    price(candle.open),
    unitsText(candle.lots, listing.lotDigits),
    String(candle.day < today),
  ];
}

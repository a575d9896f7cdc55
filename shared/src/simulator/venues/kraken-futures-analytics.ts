import type { LiveMarket } from '../live/live-market.ts';
import { type PositionBar, positionBars } from '../live/position-history.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import { plainDecimal, trimmedText } from '../streams/wire-text.ts';
import { jsonAnswer, type VenueAnswer } from './venue-http.ts';

const INTERVALS_S: readonly number[] = [60, 300, 900, 1800, 3600, 14_400, 43_200, 86_400, 604_800];

/** How one kind of analytics writes its buckets. */
type Series = (bars: readonly PositionBar[], instrument: TradedInstrument) => unknown;

const sizes =
  (of: (bar: PositionBar) => number): Series =>
  (bars, { spec }) =>
    bars.map((bar) => trimmedText(of(bar), spec.sizeDigits));

/**
 * Series of `analytics/{symbol}/{type}` (market data spec §7.1). The shapes of `long-short-info` and `top-traders` and the sum in
 * `liquidation-volume` are the spec's reading and not confirmed against the venue (§12).
 */
const SERIES: Readonly<Record<string, Series>> = {
  'open-interest': (bars, { spec }) =>
    bars.map(({ oiOpen, oiHigh, oiLow, oiClose }) =>
      [oiOpen, oiHigh, oiLow, oiClose].map((oi) => trimmedText(Math.round(oi), spec.sizeDigits)),
    ),
  'aggressor-differential': sizes((bar) => bar.takerBuy - bar.takerSell),
  'trade-volume': sizes((bar) => bar.takerBuy + bar.takerSell),
  'trade-count': (bars) => bars.map((bar) => bar.trades),
  'liquidation-volume': sizes((bar) => bar.longLiquidated + bar.shortLiquidated),
  'long-short-ratio': (bars) => bars.map(({ positions }) => ratioText(positions.longUsers, positions.shortUsers)),
  'long-short-info': (bars) => ({
    longPercent: bars.map(({ positions }) => shareText(positions.longUsers, positions.shortUsers)),
    shortPercent: bars.map(({ positions }) => shareText(positions.shortUsers, positions.longUsers)),
    ratio: bars.map(({ positions }) => ratioText(positions.longUsers, positions.shortUsers)),
  }),
  'top-traders': (bars) => ({
    top20Percent: {
      longPercent: bars.map(({ positions }) => shareText(positions.topLongSize, positions.topShortSize)),
      shortPercent: bars.map(({ positions }) => shareText(positions.topShortSize, positions.topLongSize)),
      ratio: bars.map(({ positions }) => ratioText(positions.topLongSize, positions.topShortSize)),
    },
  }),
  'future-basis': (bars, { perpetual }) => ({ basis: bars.map(() => plainDecimal(perpetual?.basis ?? 0, 12)) }),
};

/** Buckets that begin in [since, to] (seconds), ascending, at most 2000; the running one is among them. */
export function krakenAnalytics(
  market: LiveMarket,
  instrument: TradedInstrument,
  type: string,
  query: URLSearchParams,
): VenueAnswer {
  const interval = Number(query.get('interval'));
  const since = Number(query.get('since'));
  if (query.get('since') === null || !Number.isFinite(since)) return invalid('since');
  if (!INTERVALS_S.includes(interval)) return invalid('interval');
  const series = SERIES[type];
  if (series === undefined) return invalid('analytics_type');
  const toMs = query.get('to') === null ? market.schedule.nowMs : Number(query.get('to')) * 1000;
  const bars = positionBars(market, instrument, interval * 1000, since * 1000, toMs);
  const result = { timestamp: bars.map((bar) => bar.startMs / 1000), more: false, data: series(bars, instrument) };
  return jsonAnswer(200, { result, errors: [] });
}

function invalid(field: string): VenueAnswer {
  const error = { severity: 'E', error_class: 'General', type: 'Invalid arguments', msg: 'Invalid arguments', field };
  return jsonAnswer(400, { result: null, errors: [error] });
}

function ratioText(long: number, short: number): string {
  return plainDecimal(long / short, 10);
}

/** Share of the first in both, as a fraction. */
function shareText(of: number, other: number): string {
  return plainDecimal(of / (of + other), 10);
}

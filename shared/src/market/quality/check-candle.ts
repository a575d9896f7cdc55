import type { DailyCandle } from '../candle-series.ts';
import type { QualityCode } from './finding.ts';

/** Magnitude from which a number is no price or volume any more. */
const MAGNITUDE_LIMIT = 1e18;

/** Slack of the volume bounds: rounding of venues' own sums. */
const QUOTE_VOLUME_SLACK = 1e-3;

export interface CandleFault {
  readonly code: Extract<QualityCode, 'value_invalid' | 'ohlc_inconsistent' | 'quote_volume_bounds'>;
  readonly field: keyof DailyCandle;
  readonly observed: number;
}

/**
 * The first fault of one candle, or undefined (pool spec §4). `value_invalid` and `ohlc_inconsistent` lose the day;
 * `quote_volume_bounds` loses only the day's quote volume. Takes loose numbers so that a column can be checked without rows.
 */
export function candleFault(
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  quoteVolume: number,
): CandleFault | undefined {
  if (isSound(open, high, low, close, volume, quoteVolume)) return boundsFault(low, high, volume, quoteVolume);
  const prices = { open, high, low, close };
  for (const field of ['open', 'high', 'low', 'close'] as const) {
    const observed = prices[field];
    if (!(observed > 0 && observed < MAGNITUDE_LIMIT)) return { code: 'value_invalid', field, observed };
  }
  if (!isVolume(volume)) return { code: 'value_invalid', field: 'volume', observed: volume };
  if (!isVolume(quoteVolume)) return { code: 'value_invalid', field: 'quoteVolume', observed: quoteVolume };
  if (high < open || high < close) return { code: 'ohlc_inconsistent', field: 'high', observed: high };
  return { code: 'ohlc_inconsistent', field: 'low', observed: low };
}

/** Everything right but for the volume bounds; comparisons with NaN are false. */
function isSound(open: number, high: number, low: number, close: number, volume: number, quoteVolume: number): boolean {
  const isOrdered = low > 0 && low <= open && low <= close && open <= high && close <= high && high < MAGNITUDE_LIMIT;
  return isOrdered && isVolume(volume) && isVolume(quoteVolume);
}

function isVolume(value: number): boolean {
  return value >= 0 && value < MAGNITUDE_LIMIT;
}

function boundsFault(low: number, high: number, volume: number, quoteVolume: number): CandleFault | undefined {
  if (!(volume > 0)) return undefined;
  const averagePrice = quoteVolume / volume;
  const isInside = averagePrice >= low * (1 - QUOTE_VOLUME_SLACK) && averagePrice <= high * (1 + QUOTE_VOLUME_SLACK);
  return isInside ? undefined : { code: 'quote_volume_bounds', field: 'quoteVolume', observed: quoteVolume };
}

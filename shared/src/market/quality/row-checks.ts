/** Codes of a row that is wrong in itself (pool spec §4, operations spec §18 M1, M2). */
export type RowFaultCode = 'value_invalid' | 'ohlc_inconsistent';

export interface RowFault {
  readonly code: RowFaultCode;
  readonly field: 'open' | 'high' | 'low' | 'close' | 'volume' | 'quote_volume';
}

/** Values of a candle from here on are corruption, not prices. */
export const MAGNITUDE_LIMIT = 1e18;

/** Tolerance by which quote volume per unit may leave [low, high]. */
const QUOTE_VOLUME_SLACK = 1e-3;

/**
 * First fault of a candle's values, or undefined. Prices are finite and > 0, volumes finite and ≥ 0, everything below 1e18,
 * high ≥ max(open, close), low ≤ min(open, close) (pool spec §4).
 */
export function rowFault(
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  quoteVolume: number,
): RowFault | undefined {
  if (!isPrice(open)) return { code: 'value_invalid', field: 'open' };
  if (!isPrice(high)) return { code: 'value_invalid', field: 'high' };
  if (!isPrice(low)) return { code: 'value_invalid', field: 'low' };
  if (!isPrice(close)) return { code: 'value_invalid', field: 'close' };
  if (!isAmount(volume)) return { code: 'value_invalid', field: 'volume' };
  if (!isAmount(quoteVolume)) return { code: 'value_invalid', field: 'quote_volume' };
  if (high < open || high < close) return { code: 'ohlc_inconsistent', field: 'high' };
  if (low > open || low > close) return { code: 'ohlc_inconsistent', field: 'low' };
  return undefined;
}

/** True when base was traded but quote per unit lies outside [low, high] by more than 0.1 %: code `quote_volume_bounds`. */
export function isQuoteVolumeOutOfBounds(high: number, low: number, volume: number, quoteVolume: number): boolean {
  if (!(volume > 0)) return false;
  const perUnit = quoteVolume / volume;
  return perUnit < low * (1 - QUOTE_VOLUME_SLACK) || perUnit > high * (1 + QUOTE_VOLUME_SLACK);
}

function isPrice(value: number): boolean {
  return value > 0 && value < MAGNITUDE_LIMIT;
}

function isAmount(value: number): boolean {
  return value >= 0 && value < MAGNITUDE_LIMIT;
}

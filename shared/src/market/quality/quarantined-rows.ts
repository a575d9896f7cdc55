import type { CalendarDay } from '../../core/calendar-day.ts';
import type { QualityCode, QualityFinding } from './finding.ts';
import type { InputFinding } from './input-finding.ts';

/** Codes of rows that a reader leaves out; each is a code of pool spec §4 as well. */
const ROW_CODES: ReadonlySet<string> = new Set<QualityCode>(['value_invalid', 'ohlc_inconsistent', 'ts_range', 'ts_format']);

/**
 * Rows that a reader left out, as findings about the candles: the panel never sees such a row, so that only its reader can say why
 * the day is missing. A row whose date cannot be read counts as one of `asOf`, the last day that was looked at.
 */
export function quarantinedRows(findings: readonly InputFinding[], asOf: CalendarDay): readonly QualityFinding[] {
  return findings
    .filter(({ code, effect }) => effect === 'row_quarantined' && ROW_CODES.has(code))
    .map(({ symbol, code, day, field, observed }) => ({
      symbol,
      day: day ?? asOf,
      code: code as QualityCode,
      effect: code === 'ts_range' || code === 'ts_format' ? 'row_refused' : 'day_dropped',
      // The name of the series' column, as the other findings about candles have it.
      ...(field === null ? {} : { field: field === 'quote_volume' ? 'quoteVolume' : field }),
      ...(observed === undefined ? {} : { observed }),
    }));
}

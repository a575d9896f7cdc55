import type { CalendarDay } from '../../core/calendar-day.ts';

/** Codes for what can be wrong with delivered rows and files (operations spec §18, pool spec §4). */
export type InputFindingCode =
  | 'csv_form'
  | 'csv_number'
  | 'csv_semantics'
  | 'text_encoding'
  | 'input_too_large'
  | 'file_unreadable'
  | 'symbol_charset'
  | 'value_invalid'
  | 'ohlc_inconsistent'
  | 'row_duplicate'
  | 'row_conflict'
  | 'row_order'
  | 'ts_format'
  | 'ts_range'
  | 'ts_unit'
  | 'ts_future'
  | 'open_candle';

/** What became of the input: the whole file left out, one row left out, or only noted. */
export type InputEffect = 'file_refused' | 'row_quarantined' | 'flagged';

/** One thing that is wrong with an input, where it is, and what a person can do about it. */
export interface InputFinding {
  readonly code: InputFindingCode;
  readonly effect: InputEffect;
  /** File name or source id. */
  readonly file: string;
  readonly symbol: string;
  /** 1-based line in the file (the header is line 1); null when the finding is about the whole file. */
  readonly line: number | null;
  readonly field: string | null;
  /** Day of the row, where it can be read. */
  readonly day?: CalendarDay;
  /** The value at fault as it was delivered, where there is one. */
  readonly observed?: number | string;
  readonly message: string;
  readonly remedy: string;
}

/** `AAVEUSDT.csv line 7, close: value_invalid: … (remedy)`: the form of a finding in messages to people. */
export function describeFinding(finding: InputFinding): string {
  const line = finding.line === null ? '' : ` line ${finding.line}`;
  const field = finding.field === null ? '' : `, ${finding.field}`;
  return `${finding.file}${line}${field}: ${finding.code}: ${finding.message}; ${finding.remedy}`;
}

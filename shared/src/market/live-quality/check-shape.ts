import type { QualityFinding } from './finding.ts';
import type { LiveRecord } from './live-record.ts';

/** Canonical symbols of data platform spec §6. */
const SYMBOL = /^[A-Z0-9]{1,20}-[A-Z]{3,5}$/;

/** Schema and type of a record: names, numbers that are numbers, prices above 0, OHLC in order. All critical. */
export function shapeFindings(record: LiveRecord, venues: ReadonlySet<string> | null): readonly QualityFinding[] {
  const { pair, venue, numbers, needed, prices, amounts, isSuspect } = record;
  const found: QualityFinding[] = [];
  const find = (check: QualityFinding['check'], field: string | null, observed: string | number): void => {
    found.push({ check, level: 'critical', field, observed });
  };
  if (!SYMBOL.test(pair.symbol)) find('symbol_form', 'symbol', pair.symbol);
  if (venues !== null && !venues.has(venue)) find('venue_not_allowed', 'venue', venue);
  for (const [field, value] of Object.entries(numbers)) {
    if (value !== null && !Number.isFinite(value)) find('not_finite', field, String(value));
  }
  for (const field of needed) if (numbers[field] == null) find('field_missing', field, 'null');
  for (const field of prices) if (isBelow(numbers[field], Number.MIN_VALUE)) find('value_invalid', field, numbers[field]!);
  for (const field of amounts) if (isBelow(numbers[field], 0)) find('value_invalid', field, numbers[field]!);
  const { high, low } = numbers;
  if (high != null && low != null && outsideCount(record) > 0) find('ohlc_inconsistent', 'high', `${high} to ${low}`);
  if (isSuspect) find('source_suspect', null, 'suspect');
  return found;
}

/** How many of high, open and close contradict the range of a bar; 0 for what is no bar. */
export function consistencyFaults({ numbers }: LiveRecord): { readonly isInverted: boolean; readonly outside: number } {
  const { open, high, low, close } = numbers;
  if (high == null || low == null) return { isInverted: false, outside: 0 };
  const outside = [open, close].filter((price) => price != null && (price > high || price < low)).length;
  return { isInverted: high < low, outside };
}

function outsideCount(record: LiveRecord): number {
  const { isInverted, outside } = consistencyFaults(record);
  return outside + (isInverted ? 1 : 0);
}

function isBelow(value: number | null | undefined, least: number): boolean {
  return value != null && value < least;
}

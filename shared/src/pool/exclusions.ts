import { type CalendarDay, formatDay } from '../core/calendar-day.ts';
import type { MetadataFilter } from './metadata/metadata-filter.ts';
import type { Exclusion, ExclusionReason, UniverseRow, UniverseThresholds } from './panel.ts';
import { eligibilityReasons } from './universe/gates.ts';

/** What is known about the symbols that did not make it. */
export interface ExclusionFacts {
  readonly asOf: CalendarDay;
  /** Refresh date in force. */
  readonly refreshDay: CalendarDay | undefined;
  readonly metadata: MetadataFilter;
  readonly thresholds: UniverseThresholds;
  readonly failedSymbols: ReadonlySet<string>;
  /** First and last day with a candle per symbol that has any. */
  readonly candleSpan: ReadonlyMap<string, { readonly first: CalendarDay; readonly last: CalendarDay }>;
  /** Symbols the prefilter kept; all of them when it is off. */
  readonly isLoaded: (symbol: string) => boolean;
  readonly dataReasons: (symbol: string, day: CalendarDay) => readonly ExclusionReason[];
  /** The decision at the refresh in force, when the symbol had a candle on it. */
  readonly refreshRow: (symbol: string) => UniverseRow | undefined;
  readonly eligibleStreak: (symbol: string) => number;
}

/** Exclusions of the given symbols (none of them in_universe on as_of), ascending by symbol. */
export function exclusionsOf(symbols: Iterable<string>, facts: ExclusionFacts): Exclusion[] {
  return [...symbols].toSorted().map((symbol) => exclusionOf(symbol, facts));
}

/** All reasons of the first stage that fails (pool spec §16). Candidate rules are judged where they were applied: at the refresh. */
function exclusionOf(symbol: string, facts: ExclusionFacts): Exclusion {
  const stages = [
    ['metadata', metadataReasons],
    ['data', dataReasons],
    ['eligibility', thresholdReasons],
  ] as const;
  for (const [stage, reasonsOf] of stages) {
    const reasons = reasonsOf(symbol, facts);
    if (reasons.length > 0) return { symbol, stage, reasons };
  }
  const observed = facts.eligibleStreak(symbol);
  return {
    symbol,
    stage: 'hysteresis',
    reasons: [{ code: 'awaiting_entry', observed, threshold: facts.thresholds.entryConfirmations }],
  };
}

function metadataReasons(
  symbol: string,
  { metadata, asOf, refreshDay, candleSpan, refreshRow }: ExclusionFacts,
): readonly ExclusionReason[] {
  const now = metadata.reasons(symbol, asOf, candleSpan.get(symbol)?.last === asOf);
  if (now.length > 0 || refreshDay === undefined || refreshRow(symbol)?.metadataEligible !== false) return now;
  return metadata.reasons(symbol, refreshDay, true);
}

function dataReasons(symbol: string, facts: ExclusionFacts): readonly ExclusionReason[] {
  const { asOf, refreshDay, candleSpan } = facts;
  if (facts.failedSymbols.has(symbol)) return [{ code: 'fetch_failed', observed: null, threshold: null }];
  const span = candleSpan.get(symbol);
  if (span === undefined) return [{ code: 'no_history', observed: 0, threshold: null }];
  if (!facts.isLoaded(symbol)) return [{ code: 'prefiltered', observed: null, threshold: null }];
  const reasons = facts.dataReasons(symbol, asOf);
  if (span.last !== asOf && !reasons.some(({ code }) => code === 'no_candle_as_of')) {
    return [{ code: 'no_candle_as_of', observed: formatDay(span.last), threshold: formatDay(asOf) }, ...reasons];
  }
  if (reasons.length > 0 || refreshDay === undefined) return reasons;
  const row = facts.refreshRow(symbol);
  if (row?.qualityEligible === false) return facts.dataReasons(symbol, refreshDay);
  if (row !== undefined || span.first > refreshDay) return [];
  return [{ code: 'no_candle_as_of', observed: 'none on the refresh date', threshold: formatDay(refreshDay) }];
}

function thresholdReasons(symbol: string, facts: ExclusionFacts): readonly ExclusionReason[] {
  const row = facts.refreshRow(symbol);
  if (row !== undefined) return eligibilityReasons(row, facts.thresholds);
  const { first } = facts.candleSpan.get(symbol)!;
  const observed = Math.max(0, (facts.refreshDay ?? facts.asOf) - first + 1);
  return [{ code: 'history_short', observed, threshold: facts.thresholds.minAgeDays }];
}

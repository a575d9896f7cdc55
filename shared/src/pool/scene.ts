import type { CalendarDay } from '../core/calendar-day.ts';
import { type Observations, toObservations } from './calendar/observations.ts';
import { type PanelDates, panelDates } from './calendar/panel-dates.ts';
import { type ReadableCandles, readableCandles } from './load-candles.ts';
import { type MetadataFilter, metadataFilter } from './metadata/metadata-filter.ts';
import type { PrefilterOutcome, UniverseThresholds } from './panel.ts';
import type { PanelInput } from './panel-input.ts';
import { relaxedPrefilter } from './prefilter.ts';
import type { CandidateJudges } from './universe/candidates.ts';
import { universeThresholds } from './universe/thresholds.ts';

/** What every stage of one build reads: the input made usable. */
export interface Scene {
  readonly input: PanelInput;
  readonly asOf: CalendarDay;
  readonly volumeScale: number;
  readonly thresholds: UniverseThresholds;
  readonly candles: ReadableCandles;
  readonly metadata: MetadataFilter;
  readonly prefilter: PrefilterOutcome | null;
  /** Loaded symbols, ascending. */
  readonly symbols: readonly string[];
  /** Episodes of the loaded symbols, ascending by symbol, then by day. */
  readonly observations: readonly Observations[];
  readonly dates: PanelDates;
  readonly judges: CandidateJudges;
}

/** Metadata, quality, prefilter and calendar of a build whose source has a volume scale. */
export function openScene(input: PanelInput): Scene {
  const { params } = input;
  const volumeScale = input.volumeScale ?? params.universe.volume_scale[input.source]!;
  const thresholds = universeThresholds(params, volumeScale);
  const candles = readableCandles(input);
  const metadata = metadataFilter(input.metadata, params, input.asOf);
  const eligible = candles.series.filter(
    ({ symbol, day }) => metadata.reasons(symbol, input.asOf, day.at(-1) === input.asOf).length === 0,
  );
  const previousPool = (input.previousPool ?? []).filter((symbol) => candles.of(symbol) !== undefined);
  const prefilter =
    params.prefilter.mode === 'off'
      ? null
      : relaxedPrefilter(eligible, thresholds, params.prefilter, params.benchmark_symbol, previousPool);
  const kept = prefilter === null ? undefined : new Set(prefilter.loadOrder);
  const loaded = candles.series.filter(({ symbol }) => kept === undefined || kept.has(symbol));
  const observations = loaded.flatMap((series, s) => toObservations(series, s, params.calendar, candles.marks(series.symbol)));
  const dates = panelDates(observations);
  const judges = {
    isBenchmark: (symbol: string) => symbol === params.benchmark_symbol,
    isMetadataEligible: (symbol: string, day: CalendarDay) => metadata.reasons(symbol, day, true).length === 0,
    isQualityEligible: (symbol: string, day: CalendarDay) => candles.bars(symbol, day).length === 0,
  };
  const lastDay = dates.days.at(-1) ?? input.asOf;
  return {
    input,
    asOf: params.as_of.rule === 'last_panel_date' ? lastDay : input.asOf,
    volumeScale,
    thresholds,
    candles,
    metadata,
    prefilter,
    symbols: loaded.map(({ symbol }) => symbol),
    observations,
    dates,
    judges,
  };
}

/** Symbols that the metadata lets in on as_of, whether or not they have candles. */
export function eligibleSymbols({ metadata, candles, asOf }: Scene): string[] {
  const last = new Map(candles.series.map(({ symbol, day }) => [symbol, day.at(-1)]));
  const known = new Set([...metadata.symbols, ...last.keys()]);
  return [...known].filter((symbol) => metadata.reasons(symbol, asOf, last.get(symbol) === asOf).length === 0);
}

import type { PoolParams, UniverseMode } from '../../contracts/pool-params.ts';
import type { CalendarDay } from '../../core/calendar-day.ts';
import { inferInstrument } from '../../market/infer-instruments.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { InstrumentSnapshot } from '../../market/instrument-snapshot.ts';
import type { ExclusionReason } from '../panel.ts';
import { isLeveragedToken } from './leveraged-token.ts';

/** The metadata filter (pool spec §6) with the point-in-time rule PT4 (§5). */
export interface MetadataFilter {
  /** Every reason why the symbol is not eligible on a day; empty = eligible. `hasCandle`: it has a candle on that day. */
  reasons(symbol: string, day: CalendarDay, hasCandle: boolean): readonly ExclusionReason[];
  /** Base asset by the newest snapshot that knows the symbol, or by its name when none does but one is inferred. */
  baseAsset(symbol: string): string | null;
  /** True when the newest snapshot does not list the symbol as trading; a borrowed one is not asked, it knows what comes later. */
  isDelisted(symbol: string): boolean;
  /** Every symbol of every usable snapshot. */
  readonly symbols: ReadonlySet<string>;
  /** Days before this one are judged by the candles alone; null when no day is. */
  readonly inferredBefore: CalendarDay | null;
  /** Day of a snapshot from well after as_of that stands in, because none is older; null when the newest is of its time. */
  readonly borrowedFrom: CalendarDay | null;
}

/** A run fetches its own list right after the close of as_of, which is the next day. */
const OWN_LIST_DAYS = 1;

/** The contract form of a symbol. */
const SYMBOL_FORM = /^[A-Z0-9]{1,20}USDT$/;

interface Listing {
  readonly knownFrom: CalendarDay;
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly memo: Map<string, readonly ExclusionReason[]>;
}

/**
 * Filter of one build. `latest` judges every day by the newest snapshot; `point_in_time` by the newest one known at the end of
 * the day, and before the first by the candles alone: trading on the days that have one.
 */
export function metadataFilter(snapshots: readonly InstrumentSnapshot[], params: PoolParams, asOf: CalendarDay): MetadataFilter {
  const listings = usableSnapshots(snapshots, asOf).map(listingOf);
  const newest = listings.at(-1);
  const listedFrom = firstListedDays(listings);
  const inferred = new Map<string, readonly ExclusionReason[]>();
  const mode = params.universe.modes[params.universe.mode];
  const isPointInTime = params.metadata.history === 'point_in_time';
  const knows = (symbol: string): Instrument | undefined =>
    listings.findLast(({ instruments }) => instruments.has(symbol))?.instruments.get(symbol);
  const borrowedFrom = isPointInTime && newest !== undefined && newest.knownFrom > asOf + OWN_LIST_DAYS ? newest.knownFrom : null;
  const atDay = (day: CalendarDay): Listing | undefined =>
    isPointInTime ? listings.findLast(({ knownFrom }) => knownFrom <= day) : newest;

  return {
    reasons(symbol, day, hasCandle) {
      const listing = atDay(day);
      const memo = listing?.memo ?? inferred;
      let reasons = memo.get(symbol);
      if (reasons === undefined) {
        const instrument = listing === undefined ? assumed(symbol, knows(symbol), params) : listing.instruments.get(symbol);
        const until = listing?.knownFrom ?? listings[0]?.knownFrom ?? asOf;
        reasons = staticReasons(
          symbol,
          instrument,
          (base) => (listedFrom.get(base) ?? Number.POSITIVE_INFINITY) <= until,
          params,
          mode,
        );
        memo.set(symbol, reasons);
      }
      if (listing !== undefined || hasCandle) return reasons;
      return [{ code: 'not_trading', observed: 'no candle', threshold: 'TRADING' }, ...reasons];
    },
    baseAsset: (symbol) => knows(symbol)?.baseAsset.toUpperCase() ?? null,
    isDelisted: (symbol) =>
      newest !== undefined && borrowedFrom === null && newest.instruments.get(symbol)?.status.toUpperCase() !== 'TRADING',
    symbols: new Set(listings.flatMap(({ instruments }) => [...instruments.keys()])),
    borrowedFrom,
    inferredBefore: isPointInTime ? (listings[0]?.knownFrom ?? asOf + 1) : null,
  };
}

/** Snapshots known at as_of, oldest first; when none is, the oldest one stands in for what it says about names. */
function usableSnapshots(snapshots: readonly InstrumentSnapshot[], asOf: CalendarDay): InstrumentSnapshot[] {
  const ordered = snapshots.toSorted((a, b) => a.knownFrom - b.knownFrom);
  const known = ordered.filter(({ knownFrom }) => knownFrom <= asOf);
  return known.length > 0 ? known : ordered.slice(0, 1);
}

function listingOf({ knownFrom, instruments }: InstrumentSnapshot): Listing {
  const bySymbol = instruments.map((instrument) => [instrument.symbol.toUpperCase(), instrument] as const);
  return { knownFrom, instruments: new Map(bySymbol), memo: new Map() };
}

/** The day from which each base asset is listed; `listings` ascend by day. */
function firstListedDays(listings: readonly Listing[]): ReadonlyMap<string, CalendarDay> {
  const first = new Map<string, CalendarDay>();
  for (const { knownFrom, instruments } of listings) {
    for (const { baseAsset } of instruments.values()) {
      const base = baseAsset.toUpperCase();
      if (!first.has(base)) first.set(base, knownFrom);
    }
  }
  return first;
}

function assumed(symbol: string, known: Instrument | undefined, params: PoolParams): Instrument {
  const inferred = inferInstrument(symbol, params.metadata.quote_assets);
  return known === undefined ? inferred : { ...known, status: 'TRADING', isSpotTradingAllowed: true };
}

function staticReasons(
  symbol: string,
  instrument: Instrument | undefined,
  isListedBase: (base: string) => boolean,
  params: PoolParams,
  mode: UniverseMode | undefined,
): ExclusionReason[] {
  const { metadata } = params;
  const reasons: ExclusionReason[] = [];
  const add = (code: string, observed: ExclusionReason['observed'], threshold: ExclusionReason['threshold'] = null): void => {
    reasons.push({ code, observed, threshold });
  };
  if (params.quality.enforce && !SYMBOL_FORM.test(symbol)) add('symbol_charset', symbol, SYMBOL_FORM.source);
  if (symbol === params.benchmark_symbol) add('benchmark', symbol);
  if (metadata.excluded_symbols.includes(symbol)) add('symbol_excluded', symbol);
  if (instrument === undefined) return [{ code: 'not_trading', observed: 'not listed', threshold: 'TRADING' }, ...reasons];

  const status = instrument.status.toUpperCase();
  const quote = instrument.quoteAsset.toUpperCase();
  const base = instrument.baseAsset.toUpperCase();
  if (status !== 'TRADING') add('not_trading', status, 'TRADING');
  if (!metadata.quote_assets.includes(quote)) add('quote_not_allowed', quote, metadata.quote_assets.join(' '));
  if (!instrument.isSpotTradingAllowed) add('spot_not_allowed', false, true);
  if (metadata.excluded_bases.includes(base) || mode?.extra_excluded_bases.includes(base)) add('base_excluded', base);
  if (mode?.exclude_high_noise && metadata.high_noise_bases.includes(base)) add('high_noise', base);
  for (const { kind, bases } of metadata.excluded_kinds) if (bases.includes(base)) add('excluded_kind', `${kind}: ${base}`);
  if (isLeveragedToken(base, metadata, isListedBase)) add('leveraged_token', base);
  return reasons;
}

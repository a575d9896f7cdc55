import type { PoolParams, UniverseMode } from '../../contracts/pool-params.ts';
import type { CalendarDay } from '../../core/calendar-day.ts';
import type { Instrument } from '../../market/instrument.ts';
import { type InstrumentSnapshot, inferInstrument } from '../../market/instrument-snapshot.ts';
import type { ExclusionReason } from '../panel.ts';
import { isLeveragedToken } from './leveraged-token.ts';

/** The metadata filter (pool spec §6) with the point-in-time rule PT4 (§5). */
export interface MetadataFilter {
  /** Every reason why the symbol is not eligible on a day; empty = eligible. `hasCandle`: it has a candle on that day. */
  reasons(symbol: string, day: CalendarDay, hasCandle: boolean): readonly ExclusionReason[];
  /** Base asset by the newest snapshot that knows the symbol, or by its name when none does but one is inferred. */
  baseAsset(symbol: string): string | null;
  /** True when the newest snapshot does not list the symbol as trading. */
  isDelisted(symbol: string): boolean;
  /** Every symbol of every usable snapshot. */
  readonly symbols: ReadonlySet<string>;
}

/** The contract form of a symbol. */
const SYMBOL_FORM = /^[A-Z0-9]{1,20}USDT$/;

interface Listing {
  readonly instruments: ReadonlyMap<string, Instrument>;
  /** Base assets of this and every earlier snapshot. */
  readonly listedBases: ReadonlySet<string>;
  readonly memo: Map<string, readonly ExclusionReason[]>;
}

/**
 * Filter of one build. `latest` judges every day by the newest snapshot; `point_in_time` by the newest one known at the end of
 * the day, and before the first by the candles alone: trading on the days that have one.
 */
export function metadataFilter(snapshots: readonly InstrumentSnapshot[], params: PoolParams, asOf: CalendarDay): MetadataFilter {
  const ordered = usableSnapshots(snapshots, asOf);
  const listings = ordered.map((snapshot, i) => listingOf(ordered.slice(0, i + 1), snapshot));
  const newest = listings.at(-1);
  const inferred = new Map<string, readonly ExclusionReason[]>();
  const mode = params.universe.modes[params.universe.mode];
  const knows = (symbol: string): Instrument | undefined => newestKnowing(listings, symbol);

  const atDay = (day: CalendarDay): Listing | undefined => {
    if (params.metadata.history === 'latest') return newest;
    let found: Listing | undefined;
    for (const [i, snapshot] of ordered.entries()) if (snapshot.knownFrom <= day) found = listings[i];
    return found;
  };

  return {
    reasons(symbol, day, hasCandle) {
      const listing = atDay(day);
      const memo = listing?.memo ?? inferred;
      let reasons = memo.get(symbol);
      if (reasons === undefined) {
        const instrument = listing === undefined ? assumed(symbol, knows(symbol), params) : listing.instruments.get(symbol);
        const bases = listing?.listedBases ?? listings[0]?.listedBases ?? new Set<string>();
        reasons = staticReasons(symbol, instrument, bases, params, mode);
        memo.set(symbol, reasons);
      }
      if (listing !== undefined || hasCandle) return reasons;
      return [{ code: 'not_trading', observed: 'no candle', threshold: 'TRADING' }, ...reasons];
    },
    baseAsset: (symbol) => knows(symbol)?.baseAsset.toUpperCase() ?? null,
    isDelisted: (symbol) => newest !== undefined && newest.instruments.get(symbol)?.status.toUpperCase() !== 'TRADING',
    symbols: new Set(listings.flatMap(({ instruments }) => [...instruments.keys()])),
  };
}

/** Snapshots known at as_of, oldest first; when none is, the oldest one stands in for what it says about names. */
function usableSnapshots(snapshots: readonly InstrumentSnapshot[], asOf: CalendarDay): InstrumentSnapshot[] {
  const ordered = snapshots.toSorted((a, b) => a.knownFrom - b.knownFrom);
  const known = ordered.filter(({ knownFrom }) => knownFrom <= asOf);
  return known.length > 0 ? known : ordered.slice(0, 1);
}

function listingOf(upToHere: readonly InstrumentSnapshot[], snapshot: InstrumentSnapshot): Listing {
  const bases = upToHere.flatMap(({ instruments }) => instruments.map(({ baseAsset }) => baseAsset.toUpperCase()));
  return {
    instruments: new Map(snapshot.instruments.map((instrument) => [instrument.symbol.toUpperCase(), instrument])),
    listedBases: new Set(bases),
    memo: new Map(),
  };
}

function newestKnowing(listings: readonly Listing[], symbol: string): Instrument | undefined {
  return listings.findLast(({ instruments }) => instruments.has(symbol))?.instruments.get(symbol);
}

function assumed(symbol: string, known: Instrument | undefined, params: PoolParams): Instrument {
  const inferred = inferInstrument(symbol, params.metadata.quote_assets);
  return known === undefined ? inferred : { ...known, status: 'TRADING', isSpotTradingAllowed: true };
}

function staticReasons(
  symbol: string,
  instrument: Instrument | undefined,
  listedBases: ReadonlySet<string>,
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
  if (isLeveragedToken(base, metadata, (underlying) => listedBases.has(underlying))) add('leveraged_token', base);
  return reasons;
}

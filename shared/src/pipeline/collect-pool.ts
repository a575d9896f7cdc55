import type { PoolParams } from '../contracts/pool-params.ts';
import { type CalendarDay, dayOfMs, parseDay } from '../core/calendar-day.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import { lastStorableDay } from '../market/collect/closed-days.ts';
import { collectCandles } from '../market/collect/collect.ts';
import type { CollectProgress } from '../market/collect/collect-input.ts';
import type { Instrument } from '../market/instrument.ts';
import { eligibleInstruments } from '../pool/metadata/eligible-instruments.ts';
import type { CandleArchive, CollectionReport } from '../ports/candle-archive.ts';
import type { CandleSource } from '../ports/candle-source.ts';
import type { InstrumentSource } from '../ports/instrument-source.ts';

export interface CollectPoolDeps {
  readonly candles: CandleSource;
  readonly instruments: InstrumentSource;
  readonly archive: CandleArchive;
}

export interface CollectPoolInput {
  readonly params: PoolParams;
  readonly asOf: CalendarDay;
  readonly nowMs: number;
  /** Only these symbols and the benchmark; undefined = every one that the metadata filter keeps. */
  readonly symbols?: readonly string[] | undefined;
  /** Stores the venue's corrections however many there are; default false. */
  readonly acceptRevisions?: boolean;
  readonly onProgress?: (event: CollectProgress) => void;
  readonly signal?: AbortSignal;
}

/** Which symbols a collection asked for, and how it went. */
export interface CollectedPool {
  readonly report: CollectionReport;
  /** Rows of the venue's list that could not be read, with reasons. */
  readonly skipped: readonly { readonly venueSymbol: string; readonly reason: string }[];
}

/** Stores today's instrument list, then brings the candles of every symbol worth asking for up to as_of (pool spec §3). */
export async function collectPool(
  deps: CollectPoolDeps,
  input: CollectPoolInput,
): Promise<Result<CollectedPool, readonly Refusal[]>> {
  const { params, asOf, nowMs } = input;
  const listed = await deps.instruments.fetchInstruments(input.signal);
  const snapshot = await deps.archive.storeInstruments(deps.instruments.sourceId, nowMs, listed.instruments);
  const wanted = worthCollecting(snapshot.instruments, input);
  const unlisted = (input.symbols ?? []).filter((symbol) => !wanted.some((instrument) => instrument.symbol === symbol));
  if (unlisted.length > 0) return err(unlisted.map((symbol) => unknownSymbol(symbol, deps.instruments.sourceId)));
  const collected = await collectCandles(
    { source: deps.candles, archive: deps.archive },
    {
      instruments: wanted,
      from: parseDay(params.history_start)!,
      asOf: lastWantedDay(params, asOf, nowMs),
      nowMs,
      repairDays: params.candles.repair_days,
      openCandle: params.candles.open_candle,
      acceptRevisions: input.acceptRevisions ?? false,
      ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
      ...(input.signal === undefined ? {} : { signal: input.signal }),
    },
  );
  return collected.ok ? ok({ report: collected.value, skipped: listed.skipped }) : err([collected.error]);
}

/** As_of, or the day after it where the end of the range is its next midnight and inclusive (S03), if that may be stored yet. */
function lastWantedDay({ candles }: PoolParams, asOf: CalendarDay, nowMs: number): CalendarDay {
  if (candles.end_bound === 'exclusive') return asOf;
  return Math.max(asOf, Math.min(asOf + 1, lastStorableDay(nowMs, candles.open_candle)));
}

/** The benchmark, and the symbols that are named, else every one that the metadata lets in on the day of the list. */
function worthCollecting(
  instruments: readonly Instrument[],
  { params, symbols, nowMs }: CollectPoolInput,
): readonly Instrument[] {
  if (symbols === undefined) return eligibleInstruments(instruments, params, dayOfMs(nowMs));
  return instruments.filter(({ symbol }) => symbol === params.benchmark_symbol || symbols.includes(symbol));
}

function unknownSymbol(symbol: string, source: string): Refusal {
  return { code: 'SYMBOL_UNKNOWN', message: `${source} does not list ${symbol}`, details: { symbol, source } };
}

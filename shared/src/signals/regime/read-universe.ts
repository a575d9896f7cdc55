import type { RegimeParams } from '../../contracts/regime-params.ts';
import type { RegimeProgress } from '../../contracts/regime-snapshot.ts';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { type CheckedHours, checkHours, HOUR_MS, type HourBars } from '../../market/collect/check-hours.ts';
import type { HourSource } from '../../ports/hour-source.ts';
import { firstCloseMs, readSymbol } from './symbol-reading.ts';

/** After so many symbols in a row that failed for the venue's sake, not for their own, asking on helps nobody. */
const MAX_FAILURES_IN_A_ROW = 5;
/** Symbols that a killed job may have to read again. */
const SYMBOLS_PER_WRITE = 25;

export interface ReadUniverseInput {
  readonly boundaryMs: number;
  readonly nowMs: number;
  readonly params: RegimeParams;
  /** What is to be read, and what was already. */
  readonly progress: RegimeProgress;
  /** Keeps what was read so far. */
  readonly save: (progress: RegimeProgress) => Promise<void>;
  readonly onSymbol?: (event: SymbolEvent) => void;
  readonly signal?: AbortSignal;
}

/** One symbol of the shortlist is done; `failure` says why it could not be read. */
export interface SymbolEvent {
  readonly symbol: string;
  readonly failure: string | null;
  readonly done: number;
  readonly total: number;
}

export interface ReadUniverse {
  readonly progress: RegimeProgress;
  readonly failed: readonly { readonly symbol: string; readonly reason: string }[];
}

/**
 * Reads the hours of every symbol of the shortlist that was not read yet, one after the other. Bad rows are counted by reason and
 * leave holes; a symbol that cannot be read is named. What was read is kept on the way and whenever it ends early: throws the venue's
 * error after five symbols in a row that failed for its sake, and the signal's reason when aborted.
 */
export async function readUniverse(hours: HourSource, input: ReadUniverseInput): Promise<ReadUniverse> {
  const readings = [...input.progress.readings];
  const failed: { symbol: string; reason: string }[] = [];
  const known = new Set(readings.map(({ symbol }) => symbol));
  const current = (): RegimeProgress => ({ ...input.progress, readings: [...readings] });
  const total = input.progress.shortlist.length;
  let failuresInARow = 0;
  let unsaved = 0;
  const save = async (): Promise<void> => {
    if (unsaved > 0) await input.save(current());
    unsaved = 0;
  };
  try {
    for (const symbol of input.progress.shortlist.filter((name) => !known.has(name))) {
      input.signal?.throwIfAborted();
      const read = await tryRead(hours, symbol, input);
      if (read instanceof LivepoolError) {
        failed.push({ symbol, reason: `${read.code}: ${read.message}` });
        failuresInARow = read.code === 'SYMBOL_UNKNOWN' ? 0 : failuresInARow + 1;
        if (failuresInARow >= MAX_FAILURES_IN_A_ROW) throw read;
      } else {
        readings.push(read);
        failuresInARow = 0;
        unsaved += 1;
        if (unsaved >= SYMBOLS_PER_WRITE) await save();
      }
      const failure = read instanceof LivepoolError ? read.message : null;
      input.onSymbol?.({ symbol, failure, done: readings.length + failed.length, total });
    }
    return { progress: current(), failed };
  } catch (error) {
    await save();
    throw error;
  }
}

/** What the symbol's bars come to, or the error when it alone cannot be read. */
async function tryRead(
  hours: HourSource,
  symbol: string,
  { boundaryMs, nowMs, params, signal }: ReadUniverseInput,
): Promise<RegimeProgress['readings'][number] | LivepoolError> {
  const window = { firstCloseMs: firstCloseMs(boundaryMs, params), lastCloseMs: boundaryMs, nowMs };
  const request = { symbol, fromMs: window.firstCloseMs - HOUR_MS, toMs: boundaryMs - HOUR_MS };
  try {
    const rows = await hours.fetchHours({ ...request, ...(signal === undefined ? {} : { signal }) });
    return readingDocument(checkHours(symbol, rows, window), boundaryMs, params);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof LivepoolError && error.kind !== 'bug' && error.code !== 'VENUE_REFUSED') return error;
    throw error;
  }
}

function readingDocument(
  { bars, rejected }: CheckedHours,
  boundaryMs: number,
  params: RegimeParams,
): RegimeProgress['readings'][number] {
  const { symbol, averageDailyVolume, realizedVol, isAboveAverage, moves } = readSymbol(bars, boundaryMs, params);
  const byReason = Object.entries(Object.groupBy(rejected, ({ reason }) => reason));
  return {
    symbol,
    average_daily_volume: averageDailyVolume,
    realized_vol_7d: realizedVol,
    above_20ma: isAboveAverage,
    moves,
    bars_sha256: barsDigest(bars),
    rejected_rows: Object.fromEntries(byReason.map(([reason, rows]) => [reason, rows?.length ?? 0])),
  };
}

/** Digest of the numbers that were looked at, as texts, so that every machine finds the same. */
function barsDigest({ firstCloseMs: first, close, quoteVolume }: HourBars): string {
  return sha256Hex(`${first}\n${close.join(',')}\n${quoteVolume.join(',')}`);
}

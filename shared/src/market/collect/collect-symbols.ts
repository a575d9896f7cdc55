import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { CandleArchive, CollectedPage, CollectionReport, CollectionRun } from '../../ports/candle-archive.ts';
import type { CandleSource } from '../../ports/candle-source.ts';
import type { CandleSeries } from '../candle-series.ts';
import type { Instrument } from '../instrument.ts';
import { checkPage } from './check-page.ts';
import type { CollectInput } from './collect-input.ts';

/** After so many symbols in a row that failed for the venue's sake, asking on helps nobody. */
const MAX_FAILURES_IN_A_ROW = 5;
/** Pages that a killed process may have to fetch again. */
const PAGES_PER_WRITE = 16;

/** Where each symbol stands when a run begins or is resumed. */
export interface RunState {
  readonly stored: ReadonlyMap<string, CandleSeries>;
  readonly staged: ReadonlyMap<string, readonly CollectedPage[]>;
  readonly stage: PageBuffer;
}

/**
 * Reads what is missing of every instrument, in order of symbol, and says how each went. Throws the venue's error after five symbols
 * in a row that failed for its sake, and the signal's reason when aborted.
 */
export async function collectSymbols(
  source: CandleSource,
  input: CollectInput,
  run: CollectionRun,
  state: RunState,
): Promise<CollectionReport['symbols']> {
  const states: CollectionReport['symbols'][number][] = [];
  let failuresInARow = 0;
  for (const instrument of bySymbol(input.instruments)) {
    const { symbol } = instrument;
    const failure = await collectSymbol(source, input, run, instrument, state);
    const outcome = failure === undefined ? 'ok' : 'fetch_failed';
    states.push({ symbol, state: outcome, reason: failure === undefined ? null : `${failure.code}: ${failure.message}` });
    input.onProgress?.({ kind: 'symbol', symbol, state: outcome, done: states.length, total: input.instruments.length });
    failuresInARow = failure?.kind === 'transient' ? failuresInARow + 1 : 0;
    if (failure !== undefined && failuresInARow >= MAX_FAILURES_IN_A_ROW) throw failure;
  }
  return states;
}

/** Pages on their way to the archive: written in groups, because a durable write costs more than a page. */
export interface PageBuffer {
  add(page: CollectedPage): Promise<void>;
  flush(): Promise<void>;
}

/** A buffer in front of the archive; `flush` before the run is committed and whenever it ends early. */
export function pageBuffer(archive: CandleArchive, run: CollectionRun): PageBuffer {
  let pages: CollectedPage[] = [];
  const flush = async (): Promise<void> => {
    const group = pages;
    pages = [];
    await archive.stage(run, group);
  };
  return {
    flush,
    add: async (page) => {
      pages.push(page);
      if (pages.length >= PAGES_PER_WRITE) await flush();
    },
  };
}

function bySymbol(instruments: readonly Instrument[]): readonly Instrument[] {
  return instruments.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** Reads and stages what is missing of one symbol; the error when it could not be read to the end. */
async function collectSymbol(
  source: CandleSource,
  input: CollectInput,
  run: CollectionRun,
  instrument: Instrument,
  state: RunState,
): Promise<LivepoolError | undefined> {
  const { symbol } = instrument;
  const { signal } = input;
  let next = nextDay(input, state.stored.get(symbol), state.staged.get(symbol) ?? []);
  while (next !== null && next <= run.asOf) {
    signal?.throwIfAborted();
    const from: CalendarDay = next;
    let page: Awaited<ReturnType<CandleSource['fetchPage']>>;
    try {
      page = await source.fetchPage({ symbol, from, to: run.asOf, ...(signal !== undefined && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LivepoolError && error.kind !== 'bug' && error.code !== 'VENUE_REFUSED') return error;
      throw error;
    }
    const checked = checkPage(page.candles, { from, to: run.asOf, nowMs: run.nowMs });
    await state.stage.add({ instrument, from, next: page.next, ...checked });
    const through = formatDay(page.next === null ? run.asOf : page.next - 1);
    input.onProgress?.({ kind: 'page', symbol, candles: checked.candles.length, rejected: checked.rejected.length, through });
    next = page.next;
  }
  return undefined;
}

/** Where to read on: after the last staged page, else before the end of what is stored, else at the beginning. */
function nextDay(input: CollectInput, stored: CandleSeries | undefined, staged: readonly CollectedPage[]): CalendarDay | null {
  const lastPage = staged.toSorted((a, b) => a.from - b.from).at(-1);
  if (lastPage !== undefined) return lastPage.next;
  const lastStored = stored?.day.findLast((day) => day <= input.asOf);
  return lastStored === undefined ? input.from : Math.max(input.from, lastStored - input.repairDays + 1);
}

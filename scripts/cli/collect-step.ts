import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import { type CalendarDay, dayOfMs, formatDay } from '#shared/core/calendar-day.ts';
import type { Refusal, Result } from '#shared/core/result.ts';
import type { CollectProgress } from '#shared/market/collect/collect-input.ts';
import { type CollectedPool, collectPool } from '#shared/pipeline/collect-pool.ts';
import type { CommandContext } from './command.ts';
import type { Home } from './home.ts';
import { type MarketSource, openArchive } from './market-source.ts';
import { type Progress, startProgress } from './progress.ts';

export interface CollectStepInput {
  readonly market: MarketSource;
  readonly params: LoadedPoolParams;
  readonly asOf: CalendarDay;
  readonly nowMs: number;
  readonly symbols: readonly string[] | undefined;
  readonly acceptRevisions: boolean;
}

/** Collecting as commands show it: a bar or lines while it runs, notes about what was left out. */
export async function collectStep(
  { terminal, signal }: CommandContext,
  home: Home,
  { market, params, ...input }: CollectStepInput,
): Promise<Result<CollectedPool, readonly Refusal[]>> {
  const progress = startProgress(terminal, 'collecting');
  try {
    const deps = { candles: market.candles, instruments: market.instruments, archive: openArchive(home.objects) };
    const onProgress = (event: CollectProgress): void => show(event, progress);
    const collected = await collectPool(deps, { ...input, params: params.params, onProgress, signal });
    progress.stop();
    if (collected.ok) noteWhatIsMissing(terminal.note, collected.value, input.nowMs);
    return collected;
  } finally {
    progress.stop();
  }
}

function show(event: CollectProgress, progress: Progress): void {
  if (event.kind === 'symbol') progress.update(event.done, event.total, event.symbol);
}

function noteWhatIsMissing(note: (text: string) => void, { report, skipped }: CollectedPool, nowMs: number): void {
  const failed = report.symbols.filter(({ state }) => state === 'fetch_failed');
  for (const { symbol, reason } of failed) note(`could not read ${symbol}: ${reason ?? 'unknown'}`);
  if (report.quarantined > 0)
    note(`${report.quarantined} bad rows are in quarantine; to see them: livepool ${quarantineDump(nowMs)}`);
  if (report.revisions.length > 0) note(`the venue corrected ${report.revisions.length} stored values`);
  if (skipped.length > 0)
    note(`${skipped.length} rows of the venue's list could not be read: ${skipped.map((row) => row.venueSymbol).join(', ')}`);
}

/** Rows of `quarantine` are dated by the run, so that one day's window holds them all. */
function quarantineDump(nowMs: number): string {
  const [from, to] = [dayOfMs(nowMs), dayOfMs(nowMs) + 1].map((day) => `${formatDay(day)}T00:00:00Z`);
  return `cold dump --table quarantine --from ${from} --to ${to} --columns symbol,ts,reason,field,row`;
}

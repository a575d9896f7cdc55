import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { inProcessEventBus } from '#shared/adapters/memory/event-bus.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { appendRows, DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { REGIME, regimeRow } from '#shared/cold/regime-table.ts';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import type { RegimeSnapshot } from '#shared/contracts/regime-snapshot.ts';
import { dayOfMs } from '#shared/core/calendar-day.ts';
import { invariant } from '#shared/core/errors.ts';
import { formatInstantZ } from '#shared/core/instant.ts';
import type { Refusal } from '#shared/core/result.ts';
import { eligibleInstruments } from '#shared/pool/metadata/eligible-instruments.ts';
import { BOUNDARY_MS, boundaryText, usableBoundaryAt } from '#shared/signals/regime/boundary.ts';
import { runRegimeJob } from '#shared/signals/regime/regime-job.ts';
import type { CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { environmentOf, type MarketSource, openMarket } from '../market-source.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import type { HomeOptions, MarketOptions } from '../program/shared-options.ts';
import { startProgress } from '../progress.ts';
import { regimeText } from '../regime-text.ts';
import { rememberedHours } from '../remembered-hours.ts';
import { runTime, usingHome } from '../using-home.ts';

export interface SignalRegimeOptions extends HomeOptions, MarketOptions {
  readonly asOf: number | undefined;
  readonly boundaries: number;
  readonly now: number | undefined;
  readonly params: string;
}

/** Judges boundaries of a venue, oldest first, and shows the last one: what is kept already is shown as it was judged. */
export async function signalRegime(context: CommandContext, options: SignalRegimeOptions): Promise<CommandResult> {
  const pool = loadPoolParams(options.params);
  if (!pool.ok) return refuse(pool.error);
  return usingHome({ ...options, env: environmentOf(options) }, async (home) => {
    const nowMs = runTime(home, options.now);
    if (options.asOf !== undefined && options.asOf > nowMs) return refuse([inTheFuture(options.asOf, nowMs)]);
    const lastMs = usableBoundaryAt(options.asOf ?? nowMs);
    const boundaries = Array.from({ length: options.boundaries }, (_, i) => lastMs - (options.boundaries - 1 - i) * BOUNDARY_MS);
    const market = await openMarket(options, nowMs);
    try {
      const snapshots = await judgeAll(context, home, market, pool.value.params, boundaries, nowMs);
      await keepHistory(home, snapshots);
      const [last, earlier] = [snapshots.at(-1), snapshots.slice(0, -1)];
      invariant(last !== undefined, 'at least one boundary is judged');
      const json = { ok: true, environment: home.environment, snapshot: last, earlier };
      return succeed(json, regimeText(last, earlier, loadRegimeParams().params));
    } finally {
      await market.close();
    }
  });
}

async function judgeAll(
  { terminal, signal }: CommandContext,
  home: Home,
  market: MarketSource,
  pool: PoolParams,
  boundaries: readonly number[],
  nowMs: number,
): Promise<readonly RegimeSnapshot[]> {
  const deps = {
    hours: rememberedHours(market.hours, boundaries.at(-1)!),
    instruments: market.instruments,
    documents: home.documents,
    bus: inProcessEventBus({ clock: home.clock }),
    eligible: (listed: Parameters<typeof eligibleInstruments>[0], atMs: number) =>
      eligibleInstruments(listed, pool, dayOfMs(atMs)),
  };
  const snapshots: RegimeSnapshot[] = [];
  const progress = startProgress(terminal, 'reading hours');
  try {
    for (const [i, boundaryMs] of boundaries.entries()) {
      const outcome = await runRegimeJob(deps, {
        boundaryMs,
        nowMs,
        params: loadRegimeParams(),
        bundleSha256: null,
        runKey: `manual:${boundaryText(boundaryMs)}`,
        trace: 'livepool signal regime',
        onSymbol: ({ symbol, done, total }) => progress.update(i * total + done, boundaries.length * total, symbol),
        signal,
      });
      invariant(outcome.kind !== 'not_due', 'every boundary asked for is over');
      snapshots.push(outcome.snapshot);
      noteOtherVenue(terminal.note, outcome.snapshot, market.hours.sourceId);
    }
    return snapshots;
  } finally {
    progress.stop();
  }
}

/** A boundary has one regime, whoever asks. */
function noteOtherVenue(note: (text: string) => void, { boundary, venue }: RegimeSnapshot, asked: string): void {
  if (venue !== asked) note(`${boundary} was judged from ${venue} before; that is kept`);
}

/** Rows that are there already are left as they are. */
async function keepHistory({ objects }: Home, snapshots: readonly RegimeSnapshot[]): Promise<void> {
  const cold = coldStore(objects, { root: DEFAULT_LAYOUT.root });
  await appendRows({ objects, cold }, REGIME, snapshots.map(regimeRow), 'signal', DEFAULT_LAYOUT);
}

function inTheFuture(asOfMs: number, nowMs: number): Refusal {
  const message = `${formatInstantZ(asOfMs)} is not over yet; it is ${formatInstantZ(nowMs)} there`;
  return {
    code: 'INPUT_INVALID',
    message,
    details: { remedy: 'name an earlier instant, or move the sample forward with --now' },
  };
}

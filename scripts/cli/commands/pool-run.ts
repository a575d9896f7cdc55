import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadAssetActions } from '#shared/adapters/fs/asset-actions-file.ts';
import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { MANIFEST_FILE } from '#shared/contracts/artifact-files.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import { type CalendarDay, formatDay } from '#shared/core/calendar-day.ts';
import { parseInstant } from '#shared/core/instant.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { volumeScale } from '#shared/market/calibration/volume-scale.ts';
import { lastClosedDay } from '#shared/market/collect/closed-days.ts';
import { type BuildRun, type BuiltRelease, buildFromArchive, planBuilt, publishBuilt } from '#shared/pipeline/release-pool.ts';
import { UNKNOWN_REVISION } from '#shared/pipeline/run-facts.ts';
import type { CollectionReport } from '#shared/ports/candle-archive.ts';
import { readHead } from '#shared/release/head.ts';
import { currentPrefix } from '#shared/release/layout.ts';
import { requireRegistry } from '#shared/release/lost-registry.ts';
import { readRun } from '#shared/release/publish/run.ts';
import { actOutcome } from '../act-outcome.ts';
import { codeIdentity } from '../code-identity.ts';
import { collectStep } from '../collect-step.ts';
import type { CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { environmentOf, isSample, type MarketSource, openArchive, openMarket } from '../market-source.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { planText } from '../plan-text.ts';
import { poolText } from '../pool-text.ts';
import type { BuildOptions, HomeOptions, VenueOptions } from '../program/shared-options.ts';
import { writeReport } from '../report-file.ts';
import { requireSourceRevision } from '../source-revision.ts';
import { readCalibration } from '../stored-calibration.ts';
import { runTime, usingHome } from '../using-home.ts';

export interface PoolRunOptions extends HomeOptions, VenueOptions, BuildOptions {
  readonly runId: string | undefined;
  readonly revision: number;
  readonly dryRun: boolean;
  readonly by: string;
  readonly approvedBy: string | undefined;
  readonly report: string | undefined;
}

/** One whole release: collect, decide, render, publish. Killed anywhere, the same command ends in the same release. */
export async function poolRun(context: CommandContext, options: PoolRunOptions): Promise<CommandResult> {
  const params = loadPoolParams(options.params);
  if (!params.ok) return refuse(params.error);
  return usingHome({ ...options, env: environmentOf(options) }, async (home) => {
    await requireRegistry(home.readDeps(), await readHead(home.documents));
    const nowMs = runTime(home, options.now);
    const market = await openMarket(options, nowMs);
    try {
      const pinned = await pinRun(home, market, options, params.value, nowMs);
      if (!pinned.ok) return refuse([pinned.error]);
      const revision = sourceRevisionOf(options);
      if (!revision.ok) return refuse([revision.error]);
      const { asOf, logicalTimeMs, volumeScale: scale } = pinned.value;
      // At the run's own time, so that a run which goes on finds its collection and not what the venue corrected since.
      const collected = await collectStep(context, home, {
        market,
        params: params.value,
        asOf,
        nowMs: logicalTimeMs,
        symbols: options.symbols,
        acceptRevisions: options.acceptRevisions,
      });
      if (!collected.ok) return refuse(collected.error);
      const run = buildRun(pinned.value, market, params.value, collected.value.report, revision.value, scale);
      return await buildAndPublish(context, home, options, run);
    } finally {
      await market.close();
    }
  });
}

/** Sample releases need no commit behind them; those of real venues do. */
function sourceRevisionOf(options: PoolRunOptions): Result<string, Refusal> {
  return isSample(options) ? ok(options.sourceRevision ?? UNKNOWN_REVISION) : requireSourceRevision(options.sourceRevision);
}

interface PinnedRun {
  readonly runKey: string;
  readonly asOf: CalendarDay;
  readonly logicalTimeMs: number;
  readonly volumeScale: number;
  readonly revision: number;
}

/** What the run is a function of; a run that exists keeps its own logical time. */
async function pinRun(
  home: Home,
  { candles }: MarketSource,
  options: PoolRunOptions,
  { params }: LoadedPoolParams,
  nowMs: number,
): Promise<Result<PinnedRun, Refusal>> {
  const calibrated = await readCalibration(home.objects, candles.sourceId);
  const scale = volumeScale({
    sourceId: candles.sourceId,
    parameters: params.universe.volume_scale,
    ...(calibrated === undefined ? {} : { calibrated: calibrated.scale }),
    ...(options.volumeScale === undefined ? {} : { override: options.volumeScale }),
  });
  if (!scale.ok) return err(scale.error);
  const asOf = options.asOf ?? lastClosedDay(nowMs);
  const runKey = `manual:${options.runId ?? defaultRunId(options, candles.sourceId, params.id, asOf)}`;
  const known = await readRun(home.documents, runKey);
  const logicalTimeMs = (known === null ? undefined : parseInstant(known.logical_time)) ?? nowMs;
  return ok({ runKey, asOf, logicalTimeMs, volumeScale: scale.value.scale, revision: options.revision });
}

/** The same wish has the same name, so that a rerun resumes it. */
function defaultRunId(options: PoolRunOptions, source: string, paramsId: string, asOf: CalendarDay): string {
  const correction = options.revision === 1 ? '' : `-r${options.revision}`;
  return `${source}-${paramsId}-${formatDay(asOf)}${correction}`;
}

function buildRun(
  pinned: PinnedRun,
  { candles }: MarketSource,
  params: LoadedPoolParams,
  collection: CollectionReport,
  sourceRevision: string,
  volumeScaleFactor: number,
): BuildRun {
  const { actions, input } = loadAssetActions();
  return {
    ...pinned,
    params,
    volumeScale: volumeScaleFactor,
    sourceId: candles.sourceId,
    actions,
    actionsInput: input,
    collection,
    code: codeIdentity(sourceRevision),
  };
}

async function buildAndPublish(
  { terminal, signal }: CommandContext,
  home: Home,
  options: PoolRunOptions,
  run: BuildRun,
): Promise<CommandResult> {
  signal.throwIfAborted();
  const release = home.actDeps(terminal.note);
  const built = await buildFromArchive({ archive: openArchive(home.objects), release }, run);
  if (!built.ok) return refuse(built.error);
  const approval = options.approvedBy === undefined ? undefined : { requestedBy: options.by, approvedBy: options.approvedBy };
  if (options.dryRun) {
    const plan = planBuilt(release, run, built.value, approval);
    return succeed({ ok: true, dry_run: true, ...plan }, [poolText(built.value.decided.explain), '', planText(plan)].join('\n'));
  }
  signal.throwIfAborted();
  const result = await publishBuilt(release, run, built.value, approval);
  if (options.report !== undefined) writeReport(options.report, built.value.decided);
  const outcome = actOutcome(result, home.environment);
  if (result.outcome !== 'COMMITTED' && result.outcome !== 'NO_OP') return outcome;
  const manifestSha256 = sha256Hex(built.value.release.files.get(MANIFEST_FILE)!);
  const folder = join(home.folder, 'objects', currentPrefix(release.layout));
  const json = {
    ...(outcome.json as object),
    run_key: run.runKey,
    manifest_sha256: manifestSha256,
    current: pathToFileURL(folder).href,
  };
  return { exit: outcome.exit, json, text: summary(built.value, outcome.text, manifestSha256, folder, options) };
}

function summary(built: BuiltRelease, outcome: string, manifestSha256: string, folder: string, options: PoolRunOptions): string {
  const { selected } = built.decided.explain;
  const env = isSample(options) ? '' : ' --env local';
  const home = options.home === '.livepool' ? '' : ` --home ${options.home}`;
  const command = (text: string): string => `  npm run -s livepool -- ${text}${env}${home}`;
  return [
    poolText(built.decided.explain),
    '',
    outcome,
    `manifest sha256 ${manifestSha256}`,
    `files           ${relative(process.cwd(), folder)}`,
    '',
    'next',
    command(`pool explain ${selected[0]?.symbol ?? 'BTCUSDT'}`),
    command('release verify'),
    command('release list'),
  ].join('\n');
}

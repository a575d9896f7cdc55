import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { MANIFEST_FILE } from '#shared/contracts/artifact-files.ts';
import { ok, type Refusal, type Result } from '#shared/core/result.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { type BuildRun, type BuiltRelease, buildFromArchive, planBuilt, publishBuilt } from '#shared/pipeline/release-pool.ts';
import { UNKNOWN_REVISION } from '#shared/pipeline/run-facts.ts';
import { readHead } from '#shared/release/head.ts';
import { currentPrefix } from '#shared/release/layout.ts';
import { requireRegistry } from '#shared/release/lost-registry.ts';
import { actOutcome } from '../act-outcome.ts';
import { collectStep } from '../collect-step.ts';
import type { CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { environmentOf, isSample, openArchive, openMarket } from '../market-source.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { buildRunOf, pinRun } from '../pinned-run.ts';
import { planText } from '../plan-text.ts';
import { poolText } from '../pool-text.ts';
import type { BuildOptions, HomeOptions, VenueOptions } from '../program/shared-options.ts';
import { writeReport } from '../report-file.ts';
import { requireSourceRevision } from '../source-revision.ts';
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
      const { sourceId } = market.candles;
      const pinned = await pinRun(home, { ...options, sourceId, params: params.value, nowMs });
      if (!pinned.ok) return refuse([pinned.error]);
      const revision = sourceRevisionOf(options);
      if (!revision.ok) return refuse([revision.error]);
      const { asOf, logicalTimeMs } = pinned.value;
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
      const run = buildRunOf(pinned.value, params.value, collected.value.report, revision.value);
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

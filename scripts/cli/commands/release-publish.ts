import { parseInstant } from '#shared/core/instant.ts';
import type { Refusal } from '#shared/core/result.ts';
import { UNKNOWN_REVISION } from '#shared/pipeline/run-facts.ts';
import { planPublish } from '#shared/release/plan.ts';
import { type PublishInput, publish } from '#shared/release/publish/publish.ts';
import type { ValidationOptions } from '#shared/release/validate/validation-options.ts';
import { actOutcome } from '../act-outcome.ts';
import { type BuiltFolder, readBuiltFolder } from '../built-folder.ts';
import type { CommandContext } from '../command.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { planText } from '../plan-text.ts';
import type { SiteOptions } from '../program/shared-options.ts';
import type { ReleaseSite } from '../release-site.ts';
import { readingSite, usingSite } from '../using-site.ts';

export interface PublishOptions extends SiteOptions {
  readonly runId: string | undefined;
  readonly dryRun: boolean;
  readonly by: string;
  readonly approvedBy: string | undefined;
}

const UNKNOWN_CODE: Refusal = {
  code: 'SOURCE_REVISION_UNKNOWN',
  message: 'a real release must name the commit that made it; build the folder again with --source-revision',
};

/** Publishes a folder of `pool build --out`: the same protocol as a whole run, without collecting and deciding. */
export async function releasePublish(
  { terminal }: CommandContext,
  options: PublishOptions,
  args: readonly string[],
): Promise<CommandResult> {
  const built = readBuiltFolder(args[0] ?? '');
  if (options.dryRun) return readingSite(options, (site) => plannedPublish(site, built, options));
  return usingSite(options, async (site) => {
    if (site.environment !== 'sample' && built.run.source_revision === UNKNOWN_REVISION) return refuse([UNKNOWN_CODE]);
    const input: PublishInput = {
      runKey: runKeyOf(built, options),
      pins: pinsOf(built),
      files: built.files,
      evidence: built.evidence,
      validation: validationOf(built),
      approval: options.approvedBy === undefined ? undefined : { requestedBy: options.by, approvedBy: options.approvedBy },
    };
    return actOutcome(await publish(site.actDeps(terminal.note), input), site.environment);
  });
}

async function plannedPublish(site: ReleaseSite, built: BuiltFolder, options: PublishOptions): Promise<CommandResult> {
  const plan = planPublish({
    layout: site.readDeps().layout,
    runKey: runKeyOf(built, options),
    isApproved: options.approvedBy !== undefined,
    version: built.manifest.version,
    files: built.files,
    evidence: built.evidence,
  });
  return succeed({ ok: true, dry_run: true, ...plan }, planText(plan));
}

function runKeyOf({ manifest }: BuiltFolder, { runId }: Pick<PublishOptions, 'runId'>): string {
  return `manual:${runId ?? manifest.version}`;
}

function pinsOf({ manifest, explain, run }: BuiltFolder): PublishInput['pins'] {
  return {
    logical_time: manifest.generated_at.replace('+00:00', 'Z'),
    as_of: explain.as_of_date,
    inputs: explain.inputs.map(({ name, sha256 }) => ({ uri: name, generation: 'content', sha256 })),
    params_id: explain.params.id,
    params_sha256: explain.params.sha256,
    source_revision: run.source_revision,
    seed: run.seed,
  };
}

/** The same rules as for a fresh build, with the facts that the evidence states. */
function validationOf({ manifest, explain, run, evidence, params }: BuiltFolder): ValidationOptions {
  const common = {
    referenceDate: manifest.generated_at.slice(0, 10),
    params: { publishable: params.params.publishable, sha256: params.sha256 },
  };
  if (params.params.validation.profile === 'reference') return { ...common, profile: 'reference' };
  const logicalTimeMs = parseInstant(manifest.generated_at);
  const members = [...explain.selected, ...explain.ranked];
  return {
    ...common,
    profile: 'strict',
    regimeWeights: params.params.regime,
    time: logicalTimeMs === undefined ? {} : { logicalTimeMs },
    run: {
      backend: run.backend,
      trainRows: run.training_window.rows,
      minTrainRows: params.params.model.min_train_rows,
      explain: evidence.get('explain.json')!,
      explainCounts: explain.counts,
    },
    tieBreaks: new Map(
      members.map((member) => [
        member.symbol,
        { liquidityStability: member.liquidity_stability, avgQuoteVol180: member.avg_quote_vol_180 },
      ]),
    ),
  };
}

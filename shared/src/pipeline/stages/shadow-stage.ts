import { MANIFEST_FILE } from '../../contracts/artifact-files.ts';
import type { AssetAction } from '../../contracts/asset-actions.ts';
import { checkContract } from '../../contracts/decode.ts';
import type { LoadedPoolParams } from '../../contracts/parse-pool-params.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import type { ShadowTracks } from '../../contracts/shadow-tracks.ts';
import { collectFactsSchema } from '../../contracts/stage-facts.ts';
import { parseDay } from '../../core/calendar-day.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import type { CandleCodec } from '../../ports/candle-codec.ts';
import { releaseObject } from '../../release/layout.ts';
import { readRun } from '../../release/publish/run.ts';
import { requireVersion } from '../../release/version.ts';
import { type ShadowInput, shadowHistory } from '../../shadow/shadow-history.ts';
import { isShadowed, type StoredHistory, storeHistory } from '../../shadow/store-history.ts';
import { metadataOf } from '../decide-run.ts';
import { decodeRunInputs } from './run-files.ts';
import { requireSameParams } from './run-state.ts';
import type { StageDeps } from './stage.ts';
import { readStageFiles, readStageManifest } from './stage-files.ts';

export interface ShadowStageOptions {
  readonly params: LoadedPoolParams;
  readonly tracks: ShadowTracks;
  readonly actions: readonly AssetAction[];
  readonly codec: CandleCodec;
  /** Runs the windows one after the other, letting the process breathe between them; throws the signal's reason. */
  readonly drive: <S, R>(steps: Generator<S, R, void>, signal: AbortSignal) => Promise<R>;
}

/** How shadowing a release ended. Transient failures are thrown; the same message once more goes on from what is stored. */
export type ShadowOutcome =
  | { readonly kind: 'done'; readonly stored: StoredHistory }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

type ShadowStageDeps = Omit<StageDeps, 'bus'>;

/**
 * Adds the candidate tracks of a published release to `shadow/` (release spec §10), from the very inputs that its run froze. Keyed by
 * version: a version that is shadowed is done, whoever announces it again and by which act.
 */
export async function runShadowStage(
  deps: ShadowStageDeps,
  options: ShadowStageOptions,
  version: string,
  signal: AbortSignal,
): Promise<ShadowOutcome> {
  if (await isShadowed(deps, version)) return { kind: 'duplicate' };
  const input = await shadowInputOf(deps, options, version, signal);
  if (!input.ok) return { kind: 'refused', refusals: [input.error] };
  const history = await options.drive(shadowHistory(input.value), signal);
  if (!history.ok) return { kind: 'refused', refusals: history.error };
  return { kind: 'done', stored: await storeHistory({ ...deps, signal }, history.value, version) };
}

async function shadowInputOf(
  deps: ShadowStageDeps,
  { params, tracks, actions, codec }: ShadowStageOptions,
  version: string,
  signal: AbortSignal,
): Promise<Result<ShadowInput, Refusal>> {
  const run = await runOf(deps, version);
  if (run === null) return err(inputsGone(version, 'its run left no record'));
  const { runKey, record } = run;
  requireSameParams(runKey, record, params.sha256);
  const collected = await readStageManifest(deps, 'collect', runKey);
  if (collected === null) return err(inputsGone(version, `run ${runKey} has no frozen inputs any more`));
  if (collected.sha256 !== record.stages.collect) {
    throw new LivepoolError('READBACK_MISMATCH', 'terminal', `the collect manifest of ${runKey} is not the one of its record`);
  }
  const facts = checkContract(collectFactsSchema, collected.manifest.facts, 'the facts of collect');
  if (!facts.ok) throw new LivepoolError('READBACK_MISMATCH', 'terminal', facts.error.message, facts.error.details);
  const files = await readStageFiles(deps, collected.manifest, { trace: '', signal });
  const inputs = await decodeRunInputs(codec, files, facts.value);
  const asOf = parseDay(requireVersion(version).asOfDate);
  const runAtMs = parseInstant(record.logical_time);
  invariant(asOf !== undefined && runAtMs !== undefined, `run ${runKey} has no readable date`);
  return ok({
    params,
    tracks,
    actions,
    asOf,
    runAtMs,
    candles: inputs.candles,
    metadata: metadataOf(inputs),
    source: facts.value.source,
    volumeScale: facts.value.volume_scale,
    failedSymbols: inputs.collection.symbols.filter(({ state }) => state === 'fetch_failed').map(({ symbol }) => symbol),
    lastVersion: version,
  });
}

/** The run that made a release, by the release itself: an announcement may come from a rollback, or be older than its store. */
async function runOf(
  { objects, runs, layout }: ShadowStageDeps,
  version: string,
): Promise<{ readonly runKey: string; readonly record: RunRecord } | null> {
  const stat = await objects.stat(releaseObject(layout, version, MANIFEST_FILE));
  const runKey = stat?.metadata.run_key;
  if (runKey === undefined) return null;
  const record = await readRun(runs, runKey);
  return record === null ? null : { runKey, record };
}

function inputsGone(version: string, why: string): Refusal {
  const message = `${version} cannot be shadowed: ${why}; build the history from candles with livepool shadow build`;
  return { code: 'SHADOW_INPUTS_GONE', message, details: { version } };
}

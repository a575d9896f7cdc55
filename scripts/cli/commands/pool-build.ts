import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { loadAssetActions } from '#shared/adapters/fs/asset-actions-file.ts';
import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { writeFolder } from '#shared/adapters/fs/write-folder.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { MANIFEST_FILE } from '#shared/contracts/artifact-files.ts';
import { decodeContract } from '#shared/contracts/decode.ts';
import { livePoolLegacySchema } from '#shared/contracts/live-pool-legacy.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import { universeStateSchema } from '#shared/contracts/universe-state.ts';
import type { ValidationResult } from '#shared/contracts/validation-result.ts';
import type { CalendarDay } from '#shared/core/calendar-day.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { err, ok, type Refusal, type Result } from '#shared/core/result.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { lastStorableDay } from '#shared/market/collect/closed-days.ts';
import { describeFinding } from '#shared/market/quality/input-finding.ts';
import { quarantinedRows } from '#shared/market/quality/quarantined-rows.ts';
import { type AssembledRelease, assembleRelease } from '#shared/pipeline/assemble-release.ts';
import { type DecidedPool, type DecideInput, decidePool } from '#shared/pipeline/decide-pool.ts';
import { inputDigests } from '#shared/pipeline/input-digests.ts';
import { scoredRunOf } from '#shared/pipeline/scored-run.ts';
import { validateRelease } from '#shared/release/validate/validate-release.ts';
import { formatVersion } from '#shared/release/version.ts';
import { type CandleInput, readCandleInput } from '../candle-input.ts';
import { codeIdentity } from '../code-identity.ts';
import type { CommandContext } from '../command.ts';
import { diagnosticFiles } from '../diagnostic-files.ts';
import { type CommandResult, refuse, succeed } from '../outcome.ts';
import { poolText } from '../pool-text.ts';
import type { BuildOptions } from '../program/shared-options.ts';
import { writeReport } from '../report-file.ts';

export interface PoolBuildOptions extends BuildOptions {
  readonly candles: string;
  readonly instruments: string | undefined;
  readonly out: string;
  readonly source: string;
  readonly volumeScale: number | undefined;
  readonly previousPool: string | undefined;
  readonly universeState: string | undefined;
  readonly diagnostics: string | undefined;
  readonly report: string | undefined;
}

/** Builds the five artifacts and their evidence from files; publishes nothing, and writes nothing unless all of it is valid. */
export async function poolBuild({ terminal }: CommandContext, options: PoolBuildOptions): Promise<CommandResult> {
  const loaded = loadPoolParams(options.params);
  if (!loaded.ok) return refuse(loaded.error);
  const { params } = loaded.value;
  const nowMs = options.now ?? systemClock().nowMs();
  const read = await readCandleInput(options.candles, options.instruments, params);
  for (const finding of read.findings) terminal.note(`${finding.effect}: ${describeFinding(finding)}`);
  const asOf = options.asOf ?? newestDay(read, params.benchmark_symbol, lastStorableDay(nowMs, params.candles.open_candle));

  const decided = decidePool({ ...decideInput(options, read, asOf), params: loaded.value, runAtMs: nowMs });
  if (!decided.ok) return refuse(decided.error);
  const built = assembleBuild(options, loaded.value, decided.value, nowMs);
  if (!built.ok) return refuse(built.error);
  writeBuild(options, built.value.release);
  if (options.diagnostics !== undefined) writeFolder(options.diagnostics, diagnosticFiles(decided.value, params));
  if (options.report !== undefined) writeReport(options.report, decided.value);
  for (const warning of built.value.judged.warnings) terminal.note(`warning ${warning.rule}: ${warning.message}`);
  for (const warning of decided.value.explain.warnings) terminal.note(`warning ${warning.code}: ${warning.message}`);
  return answer(options, decided.value, built.value);
}

interface ValidBuild {
  readonly version: string;
  readonly release: AssembledRelease;
  readonly judged: ValidationResult;
}

/** The files of a decision, unless they break a rule. */
function assembleBuild(
  options: PoolBuildOptions,
  params: LoadedPoolParams,
  decided: DecidedPool,
  logicalTimeMs: number,
): Result<ValidBuild, readonly Refusal[]> {
  const { asOfDate } = decided.scored.decision;
  const version = formatVersion({ asOfDate, mode: params.params.mode, revision: 1 });
  const code = codeIdentity(options.sourceRevision);
  const scaleOrigin = options.volumeScale === undefined ? 'parameters' : 'override';
  const scored = scoredRunOf(decided, params, { code, scaleOrigin, revisions: 0 });
  const { sourceRevision } = code;
  const release = assembleRelease({ scored, params, version, logicalTimeMs, sourceRevision });
  if (!release.ok) return release;
  const judged = validateRelease(release.value.files, release.value.validation);
  if (judged.ok) return ok({ version, release: release.value, judged });
  return err(
    judged.errors.map(({ rule, file, path, message }) => ({
      code: 'VALIDATION_FAILED',
      message: `${rule} ${file} ${path}: ${message}`,
    })),
  );
}

function answer(options: PoolBuildOptions, { explain }: DecidedPool, { version, release, judged }: ValidBuild): CommandResult {
  const manifestSha256 = sha256Hex(release.files.get(MANIFEST_FILE)!);
  const out = resolve(options.out);
  const { symbols, warnings } = judged;
  const json = { ok: true, version, out, manifest_sha256: manifestSha256, symbols, warnings };
  return succeed(json, [poolText(explain), '', `manifest sha256 ${manifestSha256}`, `written to ${out}`].join('\n'));
}

function decideInput(options: PoolBuildOptions, read: CandleInput, asOf: CalendarDay): Omit<DecideInput, 'params'> {
  const actions = loadAssetActions();
  const previous = optionalContract(livePoolLegacySchema, options.previousPool, 'previous_pool.json');
  const state = optionalContract(universeStateSchema, options.universeState, 'universe_state.json');
  const metadata = [{ knownFrom: asOf, instruments: read.instruments }];
  const digests = inputDigests(options.source, read.candles, metadata, asOf);
  return {
    asOf,
    candles: read.candles,
    metadata,
    source: options.source,
    failedSymbols: read.failedSymbols,
    rowFindings: quarantinedRows(read.findings, asOf),
    actions: actions.actions,
    inputs: [...digests, actions.input, ...previous.inputs, ...state.inputs],
    ...(options.volumeScale === undefined ? {} : { volumeScale: options.volumeScale }),
    ...(previous.value === undefined ? {} : { previousPool: Object.keys(previous.value.symbols) }),
    ...(state.value === undefined ? {} : { universeState: state.value }),
    ...(options.diagnostics === undefined ? {} : { detailDates: 1, scoredDates: 60 }),
  };
}

/** A JSON input that may be left out; one that is given must have its shape. */
function optionalContract<T>(schema: z.ZodType<T>, file: string | undefined, name: string) {
  if (file === undefined) return { value: undefined, inputs: [] };
  const bytes = readInput(file);
  const decoded = decodeContract(schema, bytes, file);
  if (!decoded.ok) throw new LivepoolError('INPUT_INVALID', 'terminal', decoded.error.message, decoded.error.details);
  return { value: decoded.value, inputs: [{ name, sha256: sha256Hex(bytes) }] };
}

function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LivepoolError('INPUT_INVALID', 'terminal', `cannot read ${file}: ${reason}`, { file }, error);
  }
}

/** Newest day of the benchmark that may be used: what `--as-of` means when it is left out. */
function newestDay(read: CandleInput, benchmark: string, lastAllowed: CalendarDay): CalendarDay {
  const days = read.candles.find(({ symbol }) => symbol === benchmark)?.day;
  return Math.min(days?.at(-1) ?? lastAllowed, lastAllowed);
}

/** Evidence first, the five artifacts after it, the manifest last: a folder with a manifest is whole. */
function writeBuild({ out }: PoolBuildOptions, { files, evidence }: AssembledRelease): void {
  writeFolder(join(out, 'evidence'), evidence);
  writeFolder(out, files);
}

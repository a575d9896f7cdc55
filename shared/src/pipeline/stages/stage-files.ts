import { decodeContract } from '../../contracts/decode.ts';
import type { StageName } from '../../contracts/names.ts';
import { type StageFile, type StageManifest, stageManifestSchema } from '../../contracts/stage-manifest.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { utf8 } from '../../core/text-bytes.ts';
import { type ReleaseLayout, rawObject, stagingObject } from '../../release/layout.ts';
import { putOnce } from '../../release/publish/put-once.ts';
import type { StageContext, StageDeps, StageOutput } from './stage.ts';

/** Largest file between two stages: the candles of every symbol over many years. */
const MAX_FILE_BYTES = 256 * 1_048_576;

/** Object of a stage's file: the collector's below raw/, all others below staging/. */
export function stageObject(layout: ReleaseLayout, stage: StageName, runKey: string, file: string): string {
  return stage === 'collect' ? rawObject(layout, runKey, file) : stagingObject(layout, runKey, file);
}

export function manifestFile(stage: StageName): string {
  return `${stage}_manifest.json`;
}

/** A stage's manifest as it stands in the store, with the digest by which the next stage knows it. */
export interface StandingManifest {
  readonly manifest: StageManifest;
  readonly sha256: string;
}

/** The manifest of a stage, or null before it wrote one; another run's or a damaged one is READBACK_MISMATCH. */
export async function readStageManifest(
  { objects, layout }: Pick<StageDeps, 'objects' | 'layout'>,
  stage: StageName,
  runKey: string,
): Promise<StandingManifest | null> {
  const name = stageObject(layout, stage, runKey, manifestFile(stage));
  const stored = await objects.get(name, { maxBytes: MAX_FILE_BYTES });
  if (stored === null) return null;
  const manifest = decodeContract(stageManifestSchema, stored.bytes, name);
  if (!manifest.ok) throw mismatch(name, manifest.error.message);
  if (manifest.value.run_key !== runKey || manifest.value.stage !== stage) throw mismatch(name, 'it is of another run or stage');
  return { manifest: manifest.value, sha256: sha256Hex(stored.bytes) };
}

/** The bytes of every file that a manifest names, each with the digest that it names. */
export async function readStageFiles(
  { objects, layout }: Pick<StageDeps, 'objects' | 'layout'>,
  { stage, run_key: runKey, files }: StageManifest,
  { signal }: StageContext,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { name, sha256 } of files) {
    signal?.throwIfAborted();
    const object = stageObject(layout, stage, runKey, name);
    const stored = await objects.get(object, { maxBytes: MAX_FILE_BYTES });
    if (stored === null || sha256Hex(stored.bytes) !== sha256)
      throw mismatch(object, stored === null ? 'it is missing' : 'its digest differs');
    found.set(name, stored.bytes);
  }
  return found;
}

/** What the stage is and what it read. */
export interface WriteInput {
  readonly stage: StageName;
  readonly runKey: string;
  readonly inputManifestSha256: string | null;
  /** Entries of the stage before, for files that are carried on. */
  readonly inherited: readonly StageFile[];
}

/** Writes a stage's files, then its manifest, all create-only; what stands there already must be the same. */
export async function writeStage(
  deps: StageDeps,
  input: WriteInput,
  output: StageOutput,
  context: StageContext,
): Promise<StandingManifest> {
  for (const [file, bytes] of output.files) {
    context.signal?.throwIfAborted();
    await create(deps, input, file, bytes);
  }
  const manifest = manifestOf(input, output);
  const bytes = utf8(`${canonicalJson(manifest)}\n`);
  context.signal?.throwIfAborted();
  await create(deps, input, manifestFile(input.stage), bytes);
  return { manifest, sha256: sha256Hex(bytes) };
}

function manifestOf({ stage, runKey, inputManifestSha256, inherited }: WriteInput, output: StageOutput): StageManifest {
  const own = [...output.files].map(([name, bytes]) => ({ name, sha256: sha256Hex(bytes), size: bytes.byteLength }));
  const carried = inherited.filter(({ name }) => output.carried?.includes(name));
  return stageManifestSchema.parse({
    schema: 'stage_manifest.v1',
    run_key: runKey,
    stage,
    input_manifest_sha256: inputManifestSha256,
    files: [...own, ...carried],
    facts: output.facts,
  });
}

async function create(
  { objects, layout }: StageDeps,
  { stage, runKey }: WriteInput,
  file: string,
  bytes: Uint8Array,
): Promise<void> {
  const name = stageObject(layout, stage, runKey, file);
  const standing = await putOnce(objects, name, bytes, { run_key: runKey });
  if (standing.isMine) return;
  const message = `${name} exists with other bytes (SHA-256 ${standing.sha256}); nothing was changed: start again under another run key`;
  throw new LivepoolError('RUN_CONFLICT', 'terminal', message, { name, stored: standing.sha256, wanted: sha256Hex(bytes) });
}

function mismatch(name: string, fault: string): LivepoolError {
  const message = `${name} is not what its stage left: ${fault}; restore it, or start again under another run key`;
  return new LivepoolError('READBACK_MISMATCH', 'terminal', message, { name });
}

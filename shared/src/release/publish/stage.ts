import { DATA_FILES, EVIDENCE_FILES, type FileBytes, MANIFEST_FILE, type ReleaseFile } from '../../contracts/artifact-files.ts';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { decodeManifest } from '../decode-release.ts';
import { requireFile } from '../digests.ts';
import { evidenceObject, releaseObject } from '../layout.ts';
import { artifactEntries } from '../manifest-document.ts';
import type { ReleaseDeps } from '../release-deps.ts';
import { putOnce, type StandingObject } from './put-once.ts';

/** What a run wants to stand under `releases/<version>/` and `evidence/<version>/`. */
export interface StageInput {
  readonly runKey: string;
  readonly version: string;
  readonly files: FileBytes;
  /** explain.json, universe_state.json, run_manifest.json, as far as the build made them. */
  readonly evidence: FileBytes;
}

/** What stands there now: digest, size and generation of each of the five objects. */
export type StagedFiles = ReadonlyMap<ReleaseFile, { readonly sha256: string; readonly generation: string }>;

/**
 * Step 4 STAGE: evidence, the four data files, the manifest last, all create-only. An object that is there already must have the
 * same bytes; only the manifest may differ if it binds the same data files (its `generated_at` is another run's), and is then
 * adopted. Anything else is VERSION_CONFLICT, and nothing that stood there was touched.
 */
export async function stage(deps: ReleaseDeps, input: StageInput): Promise<StagedFiles> {
  const explain = await stageEvidence(deps, input);
  const staged = new Map<ReleaseFile, { sha256: string; generation: string }>();
  for (const file of DATA_FILES) {
    const standing = await putFile(deps, input, file);
    if (!standing.isMine) throw versionConflict(input, file, standing);
    staged.set(file, { sha256: standing.sha256, generation: standing.stat.generation });
  }
  if (explain !== undefined && !explain.isMine) await requireOtherManifest(deps, input, explain);
  const manifest = await putFile(deps, input, MANIFEST_FILE);
  if (!manifest.isMine && !isAdoptable(input, manifest, explain)) throw versionConflict(input, MANIFEST_FILE, manifest);
  return staged.set(MANIFEST_FILE, { sha256: manifest.sha256, generation: manifest.stat.generation });
}

/** Keeps what the first run left as evidence; returns the explanation, which the manifest binds. */
async function stageEvidence(deps: ReleaseDeps, input: StageInput): Promise<StandingObject | undefined> {
  let explain: StandingObject | undefined;
  for (const file of EVIDENCE_FILES) {
    const bytes = input.evidence.get(file);
    if (bytes === undefined || file === 'release.dsse.json') continue;
    const name = evidenceObject(deps.layout, input.version, file);
    const standing = await putOnce(deps.objects, name, bytes, { run_key: input.runKey });
    if (file === 'explain.json') explain = standing;
  }
  return explain;
}

function putFile(deps: ReleaseDeps, { runKey, version, files }: StageInput, file: ReleaseFile): Promise<StandingObject> {
  return putOnce(deps.objects, releaseObject(deps.layout, version, file), requireFile(files, file), { run_key: runKey });
}

/** My manifest must not be created beside an explanation that it does not bind. */
async function requireOtherManifest(deps: ReleaseDeps, input: StageInput, explain: StandingObject): Promise<void> {
  if ((await deps.objects.stat(releaseObject(deps.layout, input.version, MANIFEST_FILE))) !== null) return;
  throw versionConflict(input, 'explain.json', explain);
}

function isAdoptable({ version, files }: StageInput, manifest: StandingObject, explain: StandingObject | undefined): boolean {
  const decoded = decodeManifest(manifest.bytes);
  if (!decoded.ok || decoded.value.version !== version) return false;
  const wanted = artifactEntries(files);
  const bindsMine = (Object.keys(wanted) as (keyof typeof wanted)[]).every(
    (key) => decoded.value.artifacts[key].sha256 === wanted[key].sha256,
  );
  return bindsMine && (explain === undefined || decoded.value.evidence_sha256 === explain.sha256);
}

function versionConflict({ version, files, evidence }: StageInput, file: string, standing: StandingObject): LivepoolError {
  const wanted = sha256Hex(files.get(file) ?? evidence.get(file) ?? new Uint8Array());
  const message = `${standing.stat.name} exists with other bytes (SHA-256 ${standing.sha256}, mine ${wanted}); nothing was changed: a correction takes the next version -rN`;
  return new LivepoolError('VERSION_CONFLICT', 'terminal', message, { version, file, stored: standing.sha256, wanted });
}

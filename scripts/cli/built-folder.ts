import { loadPoolParams } from '#shared/adapters/fs/pool-params-file.ts';
import { readReleaseFolder } from '#shared/adapters/fs/release-folder.ts';
import { type FileBytes, MANIFEST_FILE, RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import type { ArtifactManifest } from '#shared/contracts/artifact-manifest.ts';
import { decodeContract } from '#shared/contracts/decode.ts';
import type { Explain } from '#shared/contracts/explain.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import type { RunManifest } from '#shared/contracts/run-manifest.ts';
import { runManifestSchema } from '#shared/contracts/run-manifest.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { decodeExplain } from '#shared/pool/explain/explain-bytes.ts';
import { decodeManifest } from '#shared/release/decode-release.ts';

/** A folder of `pool build --out`, complete and readable; whether it is valid is the publisher's question. */
export interface BuiltFolder {
  readonly files: FileBytes;
  readonly evidence: FileBytes;
  readonly manifest: ArtifactManifest;
  readonly explain: Explain;
  readonly run: RunManifest;
  readonly params: LoadedPoolParams;
}

/** Reads a built folder with the parameter set it names; fails with INPUT_INVALID or PARAMS_INVALID, naming what is missing. */
export function readBuiltFolder(folder: string): BuiltFolder {
  const { files, evidence } = readReleaseFolder(folder);
  const missing = RELEASE_FILES.filter((name) => !files.has(name));
  if (missing.length > 0) throw invalid(folder, `lacks ${missing.join(', ')}`);
  const manifest = decodeManifest(files.get(MANIFEST_FILE)!);
  if (!manifest.ok) throw invalid(folder, manifest.error.message);
  const explain = decodeExplain(required(folder, evidence, 'explain.json'));
  if (!explain.ok) throw invalid(folder, explain.error.message);
  const run = decodeContract(runManifestSchema, required(folder, evidence, 'run_manifest.json'), 'run_manifest.json');
  if (!run.ok) throw invalid(folder, run.error.message);
  return {
    files,
    evidence,
    manifest: manifest.value,
    explain: explain.value,
    run: run.value,
    params: paramsOf(folder, explain.value),
  };
}

function required(folder: string, evidence: FileBytes, name: string): Uint8Array {
  const bytes = evidence.get(name);
  if (bytes === undefined) throw invalid(folder, `lacks evidence/${name}`);
  return bytes;
}

function paramsOf(folder: string, { params }: Explain): LoadedPoolParams {
  const loaded = loadPoolParams(params.id);
  if (!loaded.ok || loaded.value.sha256 !== params.sha256) {
    throw invalid(folder, `was built with parameter set ${params.id} ${params.sha256}, which is not the shipped one`);
  }
  return loaded.value;
}

function invalid(folder: string, message: string): LivepoolError {
  const remedy = 'build it again with `livepool pool build --out`';
  return new LivepoolError('INPUT_INVALID', 'terminal', `${folder}: ${message}`, { folder, remedy });
}

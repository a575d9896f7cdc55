import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EVIDENCE_FILES, type FileBytes, MAX_ARTIFACT_BYTES, RELEASE_FILES } from '../../contracts/artifact-files.ts';
import { LivepoolError } from '../../core/errors.ts';

/** Explanations of a few hundred symbols with every number behind them. */
const MAX_EVIDENCE_BYTES = 64 * 1_048_576;

/** The files of a release as they lie in a folder; what is absent is not in the map. */
export interface ReleaseFolder {
  readonly files: FileBytes;
  /** From the subfolder `evidence`. */
  readonly evidence: FileBytes;
}

/** Reads the five artifacts of a folder and its evidence; fails with INPUT_INVALID when there is no such folder. */
export function readReleaseFolder(folder: string): ReleaseFolder {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const remedy = 'name a folder with the five artifacts, for example the --out of `livepool pool build`';
    throw new LivepoolError('INPUT_INVALID', 'terminal', `${folder} is not a folder`, { folder, remedy });
  }
  return {
    files: readNamed(folder, RELEASE_FILES, MAX_ARTIFACT_BYTES),
    evidence: readNamed(join(folder, 'evidence'), EVIDENCE_FILES, MAX_EVIDENCE_BYTES),
  };
}

function readNamed(folder: string, names: readonly string[], maxBytes: number): FileBytes {
  const present = names.filter((name) => existsSync(join(folder, name)));
  return new Map(present.map((name) => [name, readCapped(join(folder, name), maxBytes)]));
}

function readCapped(file: string, maxBytes: number): Uint8Array {
  const { size } = statSync(file);
  if (size > maxBytes)
    throw new LivepoolError('INPUT_TOO_LARGE', 'terminal', `${file} has ${size} bytes, at most ${maxBytes} are read`, { file });
  return readFileSync(file);
}

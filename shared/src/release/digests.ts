import { DATA_FILES, type FileBytes } from '../contracts/artifact-files.ts';
import type { RuntimeEvidenceIdentity } from '../contracts/artifact-manifest.ts';
import { compactJson } from '../core/compact-json.ts';
import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';

/** Name and lower-case hex SHA-256 of one input object. */
export interface NamedDigest {
  readonly name: string;
  readonly sha256: string;
}

/**
 * SHA-256 of the lines `<sha256>  <name>\n` of the four data files (release spec §2). The manifest is left out, so that its
 * `generated_at` cannot make an honest retry look like tampering.
 */
export function contentDigest(files: FileBytes): string {
  return digestOfLines(DATA_FILES.map((name) => ({ name, sha256: sha256Hex(requireFile(files, name)) })));
}

/** The same form over the input objects of a build, sorted by name. */
export function dataDigest(inputs: readonly NamedDigest[]): string {
  return digestOfLines([...inputs].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));
}

/** SHA-256 of the compact JSON of the manifest's identity block. */
export function releaseIdentitySha256(identity: RuntimeEvidenceIdentity): string {
  return sha256Hex(compactJson(identity));
}

/** SHA-256 of the lines `<sha256>  <name>\n`, in the order given. */
export function digestOfLines(entries: readonly NamedDigest[]): string {
  return sha256Hex(entries.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
}

/** Bytes of a file of the set; LivepoolError FILE_MISSING when it is not there. */
export function requireFile(files: FileBytes, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  throw new LivepoolError('FILE_MISSING', 'terminal', `${name} is missing from the set of files`, { file: name });
}

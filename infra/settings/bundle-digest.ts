import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * SHA-256 over the lines `<sha256>  <path>\n` of every file below a folder, sorted by path: the same bundle has the same digest on
 * any machine, whatever its times and owners.
 */
export function bundleDigest(folder: string): string {
  const lines = filesBelow(folder)
    .map((file) => ({ path: relative(folder, file).split(sep).join('/'), sha256: sha256(readFileSync(file)) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return sha256(lines.join(''));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '#shared/core/sha256.ts';
import { type CodeIdentity, NUMBER_LIBRARIES, UNKNOWN_REVISION } from '#shared/pipeline/run-facts.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What runs here: the given revision (unknown without one), the lock file's digest, the pinned libraries. */
export function codeIdentity(sourceRevision: string | undefined): CodeIdentity {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return {
    sourceRevision: sourceRevision ?? UNKNOWN_REVISION,
    lockFileSha256: sha256Hex(readFileSync(join(ROOT, 'package-lock.json'))),
    libraryVersions: Object.fromEntries(NUMBER_LIBRARIES.map((name) => [name, manifest.dependencies[name] ?? 'missing'])),
  };
}

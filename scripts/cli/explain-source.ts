import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Explain } from '#shared/contracts/explain.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { decodeExplain, EXPLAIN_FILE } from '#shared/pool/explain/explain-bytes.ts';
import { readHead } from '#shared/release/head.ts';
import { evidenceObject } from '#shared/release/layout.ts';
import type { ReleaseSite } from './release-site.ts';

/** The explanation of a published version (undefined = the current one) from the evidence in the store. */
export async function explainOfRelease(site: ReleaseSite, version: string | undefined): Promise<Explain> {
  const wanted = version ?? (await readHead(site.documents)).committed_version;
  if (wanted === null)
    throw new LivepoolError('NO_RELEASE', 'terminal', 'nothing is published yet; `livepool pool run` makes a release');
  const stored = await site.objects.get(evidenceObject(site.readDeps().layout, wanted, EXPLAIN_FILE));
  if (stored === null) throw unreadable(`release ${wanted} has no ${EXPLAIN_FILE} here`);
  return decoded(stored.bytes, `${wanted}/${EXPLAIN_FILE}`);
}

/** The explanation in a file, or in a folder written by `pool build --out`. */
export function explainOfPath(path: string): Explain {
  const candidates = [path, join(path, EXPLAIN_FILE), join(path, 'evidence', EXPLAIN_FILE)];
  const file = candidates.find((candidate) => candidate.endsWith('.json') && existsSync(candidate));
  if (file === undefined) throw unreadable(`${path} is no explanation and no folder that holds one (${EXPLAIN_FILE})`);
  return decoded(readFileSync(file), file);
}

function decoded(bytes: Uint8Array, name: string): Explain {
  const explain = decodeExplain(bytes, name);
  if (explain.ok) return explain.value;
  throw unreadable(explain.error.message);
}

function unreadable(message: string): LivepoolError {
  return new LivepoolError('INPUT_INVALID', 'terminal', message, {
    remedy: 'name a version from `livepool release list`, or a folder of `pool build --out`',
  });
}

import type { LogEntry } from '../../contracts/log-entry.ts';
import { SWITCH_STATEMENT_TYPE } from '../../contracts/names.ts';
import type { Refusal } from '../../core/result.ts';
import { ABSENT } from '../../ports/object-store.ts';
import { encodeDsseEnvelope } from '../dsse-envelope.ts';
import { contentTypeOf, logObject } from '../layout.ts';
import type { ReleaseReadDeps } from '../release-deps.ts';
import { mismatch } from './finding.ts';

/**
 * The copies of the log outside the database, `log/<seq>.dsse.json`: what is there must equal the log, copies beyond it mean a log
 * that was cut; missing ones are written when `copy` says so, and else named.
 */
export async function auditLogCopies(
  deps: ReleaseReadDeps,
  entries: readonly LogEntry[],
  copy: boolean,
): Promise<readonly Refusal[]> {
  const known = new Set((await deps.objects.list(`${deps.layout.prefix}/log/`)).map((stat) => stat.name));
  const findings: Refusal[] = [];
  for (const entry of entries) {
    const name = logObject(deps.layout, entry.publish_seq);
    if (known.delete(name)) findings.push(...(await compareCopy(deps, name, entry)));
    else if (copy) await writeCopy(deps, name, entry);
    else findings.push(missingCopy(name));
  }
  return [...findings, ...[...known].map((name) => mismatch(`${name} is a copy of an act that the log does not have`, { name }))];
}

async function compareCopy(deps: ReleaseReadDeps, name: string, entry: LogEntry): Promise<readonly Refusal[]> {
  const stored = await deps.objects.get(name);
  if (stored !== null && Buffer.from(stored.bytes).equals(envelopeOf(entry))) return [];
  return [mismatch(`${name} differs from the log entry`, { name })];
}

/** Every act is copied right after its commit, so that a missing copy was deleted, or its process died just there. */
function missingCopy(name: string): Refusal {
  return mismatch(`${name} is missing: the copy of an act outside the database; \`livepool release recover\` writes it again`, {
    name,
  });
}

async function writeCopy(deps: ReleaseReadDeps, name: string, entry: LogEntry): Promise<void> {
  await deps.objects.put(name, envelopeOf(entry), { ifGenerationMatch: ABSENT, contentType: contentTypeOf(name) });
}

function envelopeOf({ switch_statement, switch_sig, key_id }: LogEntry): Uint8Array {
  const body = Buffer.from(switch_statement, 'base64');
  return encodeDsseEnvelope(SWITCH_STATEMENT_TYPE, body, key_id, Buffer.from(switch_sig, 'base64'));
}

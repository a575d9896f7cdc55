import type { LogEntry } from '../contracts/log-entry.ts';
import { sequenceText } from '../contracts/names.ts';
import type { SwitchStatement } from '../contracts/switch-statement.ts';
import type { Refusal } from '../core/result.ts';
import { entryHash, FIRST_PREV_LOG_HASH, type TrustedKey, verifySwitchStatement } from './statements.ts';

/** End of a chain: what the next act must name as its predecessor. */
export interface ChainTip {
  readonly seq: number;
  readonly version: string | null;
  readonly hash: string;
}

export interface ChainVerdict {
  readonly tip: ChainTip;
  /** Decoded statements of the entries whose signature holds, in order. */
  readonly statements: readonly SwitchStatement[];
  /** Everything that does not fit; empty for a whole chain. */
  readonly mismatches: readonly Refusal[];
}

/**
 * Checks a log from its first entry (release spec §8): every signature by a pinned key, fields equal to the signed statement, the
 * namespace ours, numbers rising (gaps are legal), each entry naming number and hash of the one before it.
 */
export function verifyChain(
  entries: readonly LogEntry[],
  trust: { readonly keys: readonly TrustedKey[]; readonly namespace: string },
): ChainVerdict {
  let tip: ChainTip = { seq: 0, version: null, hash: FIRST_PREV_LOG_HASH };
  const statements: SwitchStatement[] = [];
  const mismatches: Refusal[] = [];
  for (const entry of entries) {
    const statement = verifyEntry(entry, trust.keys);
    if (statement.ok) {
      statements.push(statement.value);
      mismatches.push(...faultsOf(entry, statement.value, tip, trust.namespace).map((fault) => chainBroken(entry, fault)));
    } else mismatches.push(chainBroken(entry, statement.error.message));
    tip = { seq: entry.publish_seq, version: entry.version, hash: entryHash(bytesOf(entry)) };
  }
  return { tip, statements, mismatches };
}

function verifyEntry(entry: LogEntry, keys: readonly TrustedKey[]) {
  const alg = keys.find((key) => key.keyId === entry.key_id)?.alg ?? 'unknown';
  const signature = Buffer.from(entry.switch_sig, 'base64');
  return verifySwitchStatement({ bytes: bytesOf(entry), alg, keyId: entry.key_id, signature }, keys);
}

function faultsOf(entry: LogEntry, statement: SwitchStatement, tip: ChainTip, namespace: string): readonly string[] {
  const checks: readonly (readonly [boolean, string])[] = [
    [statement.publish_seq === entry.publish_seq, 'its number differs from the signed one'],
    [statement.prev_seq === entry.prev_seq, 'its previous number differs from the signed one'],
    [statement.action === entry.action, 'its action differs from the signed one'],
    [statement.version === entry.version, 'its version differs from the signed one'],
    [statement.namespace === namespace, `its namespace is ${statement.namespace}`],
    [entryHash(bytesOf(entry)) === entry.entry_hash, 'its hash is not that of its statement'],
    [entry.publish_seq > tip.seq, `its number does not rise above ${tip.seq}`],
    [statement.prev_seq === tip.seq, `it names ${statement.prev_seq} as predecessor, the log has ${tip.seq}`],
    [statement.prev_log_hash === tip.hash, 'it names another predecessor hash than the log has'],
  ];
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function chainBroken(entry: LogEntry, fault: string): Refusal {
  const message = `log entry ${sequenceText(entry.publish_seq)}: ${fault}`;
  return { code: 'AUDIT_MISMATCH', message, details: { publish_seq: entry.publish_seq } };
}

function bytesOf(entry: LogEntry): Uint8Array {
  return Buffer.from(entry.switch_statement, 'base64');
}

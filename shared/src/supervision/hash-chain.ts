import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/sha256.ts';

/** What the first record of a chain has in place of the hash of the one before. */
export const CHAIN_START = '0'.repeat(64);

/** Hash of a record: SHA-256 over the canonical JSON of all but its `hash` (quant spec §10). */
export function recordHash(record: Readonly<Record<string, unknown>>): string {
  return sha256Hex(canonicalJson(Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'hash'))));
}

/** The record with its place in the chain. */
export function chained<T extends Readonly<Record<string, unknown>>>(
  record: T,
  prevHash: string,
): T & { readonly prev_hash: string; readonly hash: string } {
  const linked = { ...record, prev_hash: prevHash };
  return { ...linked, hash: recordHash(linked) };
}

/** The first record, in order, that was changed or does not follow the one before; undefined when the chain holds. */
export function brokenLink<T extends { readonly prev_hash: string; readonly hash: string }>(
  records: readonly T[],
): { readonly index: number; readonly fault: 'changed' | 'gap' } | undefined {
  for (const [index, record] of records.entries()) {
    if (recordHash(record) !== record.hash) return { index, fault: 'changed' };
    const before = records[index - 1];
    if (before !== undefined && record.prev_hash !== before.hash) return { index, fault: 'gap' };
  }
  return undefined;
}

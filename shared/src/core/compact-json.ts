import { LivepoolError } from './errors.ts';

/** Values that a statement or digest may hold: no floats, so that every implementation writes the same bytes. */
export type CompactValue = string | number | readonly CompactValue[] | { readonly [key: string]: CompactValue };

/**
 * Compact JSON of release spec §2: sorted keys, no spaces, strings, safe integers, arrays and objects only. Signed and hashed
 * forms are written with this and verified over the bytes received, never re-encoded.
 */
export function compactJson(value: CompactValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new LivepoolError('NUMBER_NOT_ENCODABLE', 'bug', `compact JSON holds integers only, got ${value}`);
    }
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(compactJson).join(',')}]`;
  const entries = Object.entries(value as { readonly [key: string]: CompactValue });
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${compactJson(item)}`).join(',')}}`;
}

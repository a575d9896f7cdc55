import { LivepoolError } from './errors.ts';

/**
 * Canonical JSON of plain data: keys sorted by UTF-16 code units, no spaces, numbers in ECMAScript's shortest round-trip form
 * (RFC 8785). For digests of parameter files and diagnostics; signed statements use the narrower `compactJson`.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return `{${members(value).join(',')}}`;
  throw new LivepoolError('VALUE_NOT_ENCODABLE', 'bug', `canonical JSON cannot hold a ${typeof value}`);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new LivepoolError('NUMBER_NOT_ENCODABLE', 'bug', `canonical JSON cannot hold ${value}`);
  return JSON.stringify(value);
}

function members(value: object): string[] {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
}

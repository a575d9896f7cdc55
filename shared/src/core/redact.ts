const MASK = '***';

/** Names whose values are never shown (operations spec §6); a prefix such as `x-mbx-` or `client_` does not save them. */
const SENSITIVE =
  '(?:api[-_]?key|secret|signature|passphrase|token|authorization|cookie|api[-_]sign|x-[a-z0-9-]{1,40}-sign|private[-_]key)';

const SENSITIVE_KEY = new RegExp(`${SENSITIVE}$`, 'i');
const PEM_BLOCK = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g;
const QUERY_PAIR = new RegExp(`(${SENSITIVE}=)[^&\\s"'#]+`, 'gi');
const HEADER_LINE = new RegExp(`(${SENSITIVE}: ?)[^\\r\\n"']+`, 'gi');
const JSON_PAIR = new RegExp(`(${SENSITIVE}"\\s{0,9}:\\s{0,9}")(?:[^"\\\\]|\\\\.)*`, 'gi');

/** True for a field, header or parameter name whose value must not be shown. */
export function isSensitiveName(name: string): boolean {
  return SENSITIVE_KEY.test(name);
}

/** A text with the values of sensitive names in query strings, header lines and JSON, and whole PEM blocks, as `***`. */
export function redactText(text: string): string {
  return text
    .replace(PEM_BLOCK, MASK)
    .replace(JSON_PAIR, `$1${MASK}`)
    .replace(QUERY_PAIR, `$1${MASK}`)
    .replace(HEADER_LINE, `$1${MASK}`);
}

/** Value of a field as it may be shown: masked by its name, or its text redacted. */
export function redactField<T extends string | number | boolean | null>(name: string, value: T): T | string {
  if (isSensitiveName(name)) return MASK;
  return typeof value === 'string' ? redactText(value) : value;
}

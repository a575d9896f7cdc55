import { LivepoolError } from '../../core/errors.ts';

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Number of a venue's decimal text or JSON number; NaN for anything else, which the row checks then quarantine. */
export function decimal(value: unknown): number {
  const isDecimal = typeof value === 'number' || (typeof value === 'string' && DECIMAL.test(value));
  // Adding zero turns −0, which no artifact may hold, into 0.
  return isDecimal ? Number(value) + 0 : Number.NaN;
}

/** The list of an answer; an HTML page, an error envelope or a cut body is VENUE_PAYLOAD_SHAPE (operations spec §18 M14). */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw payloadShape(what, 'a list', value);
}

/** The object of an answer, with the same failure. */
export function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw payloadShape(what, 'an object', value);
}

/** A text field; numbers and absent fields become the empty text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function payloadShape(what: string, expected: string, value: unknown): LivepoolError {
  const found = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value;
  return new LivepoolError('VENUE_PAYLOAD_SHAPE', 'transient', `${what} is not ${expected} but ${found}`, { what });
}

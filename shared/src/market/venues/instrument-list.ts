import { INSTRUMENT_ID, type InstrumentSpec } from '../../contracts/instrument-spec.ts';
import { FrameRefused } from './frame-syntax.ts';

/** A venue's list in canonical terms. Rows that are no instrument of ours are counted with the reason. */
export interface InstrumentListing {
  readonly instruments: readonly InstrumentSpec[];
  readonly skipped: readonly { readonly venueSymbol: string; readonly reason: string }[];
}

/** Reads a venue's list: `[venue symbol, how to read the row]`, the first row of an id wins. A row that makes no sense is skipped. */
export function listInstruments(
  rows: readonly (readonly [venueSymbol: string, read: () => InstrumentSpec | string])[],
): InstrumentListing {
  const byId = new Map<string, InstrumentSpec>();
  const skipped: { venueSymbol: string; reason: string }[] = [];
  for (const [venueSymbol, read] of rows) {
    const found = readRow(read);
    const reason = typeof found === 'string' ? found : fault(found, byId);
    if (typeof found === 'string' || reason !== null) skipped.push({ venueSymbol, reason: reason ?? '' });
    else byId.set(found.id, found);
  }
  return { instruments: [...byId.values()], skipped };
}

/** The instruments of a listing by canonical id, in the asked order; the ids that are not listed or not trading apart. */
export function chooseInstruments(
  listing: InstrumentListing,
  ids: readonly string[],
): { readonly chosen: readonly InstrumentSpec[]; readonly missing: readonly string[] } {
  const byId = new Map(listing.instruments.map((spec) => [spec.id, spec]));
  const isThere = (id: string) => byId.get(id)?.status === 'trading';
  return { chosen: ids.filter(isThere).map((id) => byId.get(id)!), missing: ids.filter((id) => !isThere(id)) };
}

/** Fraction digits of a step such as `0.0001` or `1e-7`. */
export function stepDecimals(step: string | number): number {
  const [mantissa = '', exponent = '0'] = String(step).toLowerCase().split('e');
  const fraction = (mantissa.split('.')[1] ?? '').replace(/0+$/, '');
  return Math.max(0, fraction.length - Number(exponent));
}

/** 10^−decimals, exact as the nearest double. */
export function unitStep(decimals: number): number {
  return Number(`1e-${decimals}`);
}

function readRow(read: () => InstrumentSpec | string): InstrumentSpec | string {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof FrameRefused) return thrown.refusal.detail;
    throw thrown;
  }
}

function fault(spec: InstrumentSpec, known: ReadonlyMap<string, InstrumentSpec>): string | null {
  if (!INSTRUMENT_ID.test(spec.id)) return `no canonical name: ${spec.id}`;
  if (spec.price_decimals > 15 || spec.qty_decimals > 15) return 'more digits than a book holds';
  return known.has(spec.id) ? `${spec.id} twice` : null;
}
